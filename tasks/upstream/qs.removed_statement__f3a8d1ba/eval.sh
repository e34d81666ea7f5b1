cd /testbed
tape 'test/**/*.js'
