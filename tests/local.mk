# Unit tests: each links the library of the folder that it tests, and GLib's test frame.

check_PROGRAMS += tests/test_event
tests_test_event_SOURCES = tests/test_event.c
tests_test_event_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_event
