# Unit tests: each links the library of the folder that it tests, and GLib's test frame.

check_PROGRAMS += tests/test_event
tests_test_event_SOURCES = tests/test_event.c
tests_test_event_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_event

check_PROGRAMS += tests/test_text tests/test_canvas tests/test_key
tests_test_text_SOURCES = tests/test_text.c
tests_test_text_LDADD = tui/libtui.a $(GLIB_LIBS) $(LIBM)
tests_test_canvas_SOURCES = tests/test_canvas.c
tests_test_canvas_LDADD = tui/libtui.a $(GLIB_LIBS) $(LIBM)
tests_test_key_SOURCES = tests/test_key.c
tests_test_key_LDADD = tui/libtui.a $(GLIB_LIBS) $(LIBM)
TESTS += tests/test_text tests/test_canvas tests/test_key
