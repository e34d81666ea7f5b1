cd /testbed
build-lunr && mocha test/*.js -u tdd -r test/test_helper.js -R tap
