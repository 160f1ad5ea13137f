# Unit tests: each links the library of the folder that it tests, and GLib's test frame.

check_PROGRAMS += tests/test_event
tests_test_event_SOURCES = tests/test_event.c
tests_test_event_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_event

check_PROGRAMS += tests/test_options
tests_test_options_SOURCES = tests/test_options.c tui/options.c tui/options.h
tests_test_options_LDADD = $(GLIB_LIBS) $(LIBM)
TESTS += tests/test_options

TESTS += tests/test_layers.sh
EXTRA_DIST += tests/check.sh tests/test_layers.sh tests/lint/layers tests/lint/layers.conf \
	tests/bench/pull
