cd /testbed
python -m pytest -rA --tb=short -p no:cacheprovider
