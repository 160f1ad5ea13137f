noinst_LIBRARIES += tui/libtui.a
tui_libtui_a_SOURCES = \
	tui/canvas.c tui/canvas.h tui/style.def \
	tui/hold.c tui/hold.h \
	tui/key.c tui/key.h \
	tui/prompt.c tui/prompt.h \
	tui/session.h \
	tui/table.c tui/table.h \
	tui/term.c tui/term.h \
	tui/text.c tui/text.h \
	tui/view.h

bin_PROGRAMS += tracetui
tracetui_SOURCES = \
	tui/main.c
tracetui_LDADD = tui/libtui.a trace/libtrace.a $(NCURSES_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) \
	$(MHD_LIBS) $(WSLAY_LIBS) $(GLIB_LIBS) $(LIBM)
