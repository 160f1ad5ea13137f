noinst_LIBRARIES += trace/libtrace.a
trace_libtrace_a_SOURCES = \
	trace/cursor.c trace/cursor.h \
	trace/error.c trace/error.h \
	trace/event.c trace/event.h trace/event.def \
	trace/frontier.c trace/frontier.h \
	trace/generation.c trace/generation.h \
	trace/header.c trace/header.h \
	trace/idmap.c trace/idmap.h \
	trace/order2.c trace/order2_marks.c trace/order2_sched.c trace/order2.h trace/order2_state.h \
	trace/parsed.c trace/parsed.h \
	trace/quote.c trace/quote.h \
	trace/reader.c trace/reader.h \
	trace/symbols.c trace/symbols.h \
	trace/wire2.c trace/wire2.h trace/wire2.def \
	trace/lanes.h trace/window.h trace/summary.h trace/profile.h trace/trace.h trace/export.h
