noinst_LIBRARIES += trace/libtrace.a
trace_libtrace_a_SOURCES = \
	trace/error.h \
	trace/event.c trace/event.h trace/event.def \
	trace/reader.h trace/lanes.h trace/window.h trace/summary.h trace/profile.h trace/trace.h trace/export.h \
	trace/symbols.h
