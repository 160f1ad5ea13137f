# Unit tests: each links the library of the folder that it tests, and GLib's test frame.

check_PROGRAMS += tests/test_event
tests_test_event_SOURCES = tests/test_event.c
tests_test_event_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_event

tui_tests = tests/test_canvas tests/test_key tests/test_prompt tests/test_text
tui_test_libs = tui/libtui.a $(GLIB_LIBS) $(LIBM)
check_PROGRAMS += $(tui_tests)
TESTS += $(tui_tests)
tests_test_canvas_SOURCES = tests/test_canvas.c
tests_test_canvas_LDADD = $(tui_test_libs)
tests_test_key_SOURCES = tests/test_key.c
tests_test_key_LDADD = $(tui_test_libs)
tests_test_prompt_SOURCES = tests/test_prompt.c
tests_test_prompt_LDADD = $(tui_test_libs)
tests_test_text_SOURCES = tests/test_text.c
tests_test_text_LDADD = $(tui_test_libs)

# The screens on a made-up cluster, in place of libkube and libtrace.
fake_cluster_sources = tests/fake_cluster.c tests/fake_cluster.h
fake_cluster_libs = tui/libtui.a $(NCURSES_LIBS) $(GLIB_LIBS) $(LIBM)
check_PROGRAMS += tests/fake_workbench
tests_fake_workbench_SOURCES = tests/fake_workbench.c $(fake_cluster_sources)
tests_fake_workbench_LDADD = $(fake_cluster_libs)

# What the screens of a trace stand on.
trace_screen_tests = tests/test_axis tests/test_focus tests/test_gotool
check_PROGRAMS += $(trace_screen_tests)
TESTS += $(trace_screen_tests)
tests_test_axis_SOURCES = tests/test_axis.c
tests_test_axis_LDADD = $(tui_test_libs)
tests_test_focus_SOURCES = tests/test_focus.c
tests_test_focus_LDADD = $(tui_test_libs)
tests_test_gotool_SOURCES = tests/test_gotool.c
tests_test_gotool_LDADD = $(tui_test_libs)
