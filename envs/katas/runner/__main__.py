"""`python -m tests NAME`: runs the tests of one kata up to the first that fails, and says so in a line."""

import re
import sys
from traceback import format_exception_only
from unittest import TestLoader, TestResult


class FirstFailure(TestResult):
    def __init__(self):
        super().__init__()
        self.failfast = True

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say(test, re.sub(r"^\w+ differ: ", "", str(err[1])))

    def addError(self, test, err):
        super().addError(test, err)
        self.say(test, format_exception_only(err[1])[-1])

    def say(self, test, reason):
        _, family, module, *_ = test.id().split(".")
        print(f"FAILED katas/{family}/{module.removeprefix('test_')}.py: {reason.splitlines()[0]}")


def main(name):
    result = FirstFailure()
    TestLoader().discover("tests", f"test_{name}.py", ".").run(result)
    if result.testsRun == 0:
        print(f"no tests of {name}")
    elif result.wasSuccessful():
        print(f"{result.testsRun} passed")
    return 0 if result.testsRun and result.wasSuccessful() else 1


sys.exit(main(sys.argv[1]))
