#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "tui/hold.h"
#include "tui/key.h"

/* Long enough for the rest of an escape sequence that a slow line tore apart, short enough that
 * Esc feels like a key. */
#define ESCAPE_DELAY_MS 50

#define FALLBACK_TERM "xterm-256color"

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT, SIGSYS};

/* The terminal is one for the whole process, and a crash handler gets no argument. */
static struct {
    bool started;
    SCREEN *screen;
    FILE *in, *out;
    WINDOW *keys; /* reading from a pad does not draw the screen by the way */
    bool ascii, colour;
    char *notice;
    attr_t attributes[STYLE_N];
    short pairs[STYLE_N];
    char utf8[4]; /* the beginning of a character of which more is to come */
    size_t utf8_len;
    /* for the crash handler */
    volatile sig_atomic_t full_screen;
    struct termios before;
    char restore[512];
    size_t restore_len;
    struct sigaction old_actions[G_N_ELEMENTS(crash_signals)];
    struct hold hold;
    int stop_pipe[2];
} term;

/* --- the way out of a crash --- */

static int restore_putc(int c)
{
    if (term.restore_len < sizeof term.restore)
        term.restore[term.restore_len++] = (char)c;
    return c;
}

/* What curses would send to leave; gathered before, for a handler must not ask terminfo. */
static void gather_restore(void)
{
    static const char *const names[] = {"sgr0", "op", "cnorm", "rmkx", "rmcup"};
    term.restore_len = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *sequence = tigetstr(names[i]);
        if (sequence && sequence != (char *)-1)
            tputs(sequence, 1, restore_putc);
    }
}

static void on_crash(int number)
{
    int saved_errno = errno;
    if (term.full_screen) {
        term.full_screen = 0;
        if (write(fileno(term.out), term.restore, term.restore_len) < 0)
            errno = 0; /* nothing is left to be done about it */
        tcsetattr(fileno(term.in), TCSANOW, &term.before);
        hold_end_in_signal(&term.hold);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(crash_signals); i++) {
        if (crash_signals[i] == number)
            sigaction(number, &term.old_actions[i], NULL);
    }
    errno = saved_errno;
    raise(number); /* blocked until we return, and then whatever it was before us */
}

/* --- stop and go --- */

static void on_stop_or_go(int number)
{
    int saved_errno = errno;
    char byte = number == SIGTSTP ? 's' : 'c';
    if (write(term.stop_pipe[1], &byte, 1) < 0)
        byte = 0; /* the pipe is full of the same news */
    errno = saved_errno;
}

/* Before curses starts, which leaves alone what is handled already. */
static bool watch_stop(GError **error)
{
    if (!g_unix_open_pipe(term.stop_pipe, FD_CLOEXEC, error))
        return false;
    g_unix_set_fd_nonblocking(term.stop_pipe[0], TRUE, NULL);
    g_unix_set_fd_nonblocking(term.stop_pipe[1], TRUE, NULL);
    struct sigaction action = {.sa_handler = on_stop_or_go, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTSTP, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
    return true;
}

static void unwatch_stop(void)
{
    signal(SIGTSTP, SIG_DFL);
    signal(SIGCONT, SIG_DFL);
    close(term.stop_pipe[0]);
    close(term.stop_pipe[1]);
}

int term_stop_fd(void)
{
    return term.stop_pipe[0];
}

bool term_stopped(void)
{
    char byte;
    bool again = false;
    while (read(term.stop_pipe[0], &byte, 1) == 1) {
        if (byte == 's') {
            term_suspend();
            again = true;
        } else if (term.full_screen) { /* somebody stopped us by force; modes may be lost */
            reset_prog_mode();
            again = true;
        }
    }
    return again;
}

static void watch_crashes(void)
{
    struct sigaction action = {.sa_handler = on_crash};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < G_N_ELEMENTS(crash_signals); i++)
        sigaction(crash_signals[i], &action, &term.old_actions[i]);
}

static void unwatch_crashes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(crash_signals); i++)
        sigaction(crash_signals[i], &term.old_actions[i], NULL);
}

/* --- colours --- */

static void start_styles(void)
{
#define DIM A_DIM
#define BOLD A_BOLD
#define REVERSE A_REVERSE
#define UNDERLINE A_UNDERLINE
    static const struct {
        short fg, bg;
        attr_t attributes, plain;
    } rows[STYLE_N] = {
#define STYLE(constant, fg, bg, attributes, plain, character) \
    [constant] = {fg, bg, attributes, plain},
#include "tui/style.def"
#undef STYLE
    };
#undef DIM
#undef BOLD
#undef REVERSE
#undef UNDERLINE
    const char *no_color = g_getenv("NO_COLOR");
    term.colour = (!no_color || !*no_color) && has_colors() && start_color() == OK &&
                  COLOR_PAIRS > STYLE_N && COLORS >= 8;
    bool own = term.colour && use_default_colors() == OK;
    for (short i = 0; i < STYLE_N; i++) {
        term.attributes[i] = term.colour ? rows[i].attributes : rows[i].plain;
        term.pairs[i] = 0;
        if (!term.colour || (rows[i].fg < 0 && rows[i].bg < 0))
            continue;
        short fg = rows[i].fg < 0 && !own ? COLOR_WHITE : rows[i].fg;
        short bg = rows[i].bg < 0 && !own ? COLOR_BLACK : rows[i].bg;
        init_pair((short)(i + 1), fg, bg);
        term.pairs[i] = (short)(i + 1);
    }
}

/* --- begin and end --- */

static bool open_tty(GError **error)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        term.in = stdin;
        term.out = stdout;
        return true;
    }
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "the workbench needs a terminal: %s; try: tracetui --help", g_strerror(errno));
        return false;
    }
    term.in = fdopen(fd, "r");
    term.out = fdopen(dup(fd), "w");
    return term.in && term.out;
}

static void close_tty(void)
{
    if (term.in && term.in != stdin) {
        fclose(term.in);
        fclose(term.out);
    }
    term.in = term.out = NULL;
}

static bool can_move_cursor(void)
{
    const char *sequence = tigetstr("cup");
    return sequence && sequence != (const char *)-1;
}

static bool start_curses(GError **error)
{
    const char *name = g_getenv("TERM");
    int status = 0;
    bool known = name && *name && setupterm(name, fileno(term.out), &status) == OK;
    bool moves = known && can_move_cursor();
    if (known) /* it was only asked; newterm() sets up its own */
        del_curterm(set_curterm(NULL));
    if (known && !moves) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "the terminal type %s cannot move its cursor; try: TERM=%s, or the commands in "
                    "tracetui --help",
                    name, FALLBACK_TERM);
        return false;
    }
    if (known) {
        term.screen = newterm(name, term.out, term.in);
    } else {
        term.notice = g_strdup_printf("unknown terminal type '%s': taken for %s", name ? name : "",
                                      FALLBACK_TERM);
        term.screen = newterm(FALLBACK_TERM, term.out, term.in);
    }
    if (!term.screen) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "the terminal type '%s' is not in terminfo, and neither is %s",
                    name ? name : "", FALLBACK_TERM);
        return false;
    }
    set_term(term.screen);
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_DELAY_MS);
    curs_set(0);
    leaveok(stdscr, FALSE);
    term.keys = newpad(1, 1);
    keypad(term.keys, TRUE);
    nodelay(term.keys, TRUE);
    start_styles();
    gather_restore();
    return true;
}

bool term_start(GError **error)
{
    g_return_val_if_fail(!term.started, false);
    setlocale(LC_CTYPE, "");
    term.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    if (!open_tty(error))
        return false;
    if (!watch_stop(error)) {
        close_tty();
        return false;
    }
    tcgetattr(fileno(term.in), &term.before);
    hold_begin(&term.hold);
    if (!start_curses(error)) {
        hold_end(&term.hold);
        unwatch_stop();
        close_tty();
        g_clear_pointer(&term.notice, g_free);
        return false;
    }
    watch_crashes();
    term.full_screen = 1;
    term.started = true;
    return true;
}

void term_stop(void)
{
    if (!term.started)
        return;
    if (term.full_screen)
        term_leave();
    unwatch_crashes();
    unwatch_stop();
    delwin(term.keys);
    delscreen(term.screen);
    close_tty();
    g_clear_pointer(&term.notice, g_free);
    term.started = false;
}

void term_leave(void)
{
    term.full_screen = 0;
    /* A terminal without a second screen keeps ours: the shell's next line is to be a free one. */
    const char *put_away = tigetstr("rmcup");
    if (!put_away || put_away == (const char *)-1) {
        wmove(stdscr, getmaxy(stdscr) - 1, 0);
        wclrtoeol(stdscr);
        wrefresh(stdscr);
    }
    endwin();
    /* Whatever curses believed, this is how we found it. */
    tcsetattr(fileno(term.in), TCSADRAIN, &term.before);
    hold_end(&term.hold);
}

void term_enter(void)
{
    hold_begin(&term.hold);
    term_resize();
    term.full_screen = 1;
    clearok(curscr, TRUE);
    wrefresh(stdscr);
}

void term_give(int group)
{
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    /* It would stop us when the terminal is somebody else's, who is to give it back. */
    pthread_sigmask(SIG_BLOCK, &set, &before);
    tcsetpgrp(fileno(term.in), group);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void term_say(const char *text)
{
    fputs(text, term.out);
    fflush(term.out);
}

void term_suspend(void)
{
    struct sigaction stop = {.sa_handler = SIG_DFL}, before;
    sigemptyset(&stop.sa_mask);
    term_leave();
    sigaction(SIGTSTP, &stop, &before);
    /* The whole job, as ^Z on the keyboard does: a script that started us stops too. */
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
    term_enter();
}

const char *term_notice(void)
{
    return term.notice;
}

int term_fd(void)
{
    return fileno(term.in);
}

int term_width(void)
{
    return getmaxx(stdscr);
}

int term_height(void)
{
    return getmaxy(stdscr);
}

bool term_is_ascii(void)
{
    return term.ascii;
}

bool term_resize(void)
{
    struct winsize size;
    if (ioctl(fileno(term.out), TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    if (size.ws_row == getmaxy(stdscr) && size.ws_col == getmaxx(stdscr))
        return false;
    resizeterm(size.ws_row, size.ws_col);
    return true;
}

/* --- cells out --- */

static cchar_t curses_cell(struct cell cell, wchar_t character)
{
    cchar_t out;
    wchar_t text[2] = {character, 0};
    setcchar(&out, text, term.attributes[cell.style], term.pairs[cell.style], NULL);
    return out;
}

/* One row as curses wants it: a wide character once. Where the C library and we differ about a
 * width, the row must not shift: a question mark for each column. */
static int curses_row(const struct cell *cells, int width, cchar_t *out)
{
    int n = 0;
    for (int x = 0; x < width; x++) {
        gunichar c = cells[x].character;
        if (!term.colour)
            c = canvas_plain_character(cells[x]);
        if (c == 0)
            continue;
        int span = x + 1 < width && cells[x + 1].character == 0 ? 2 : 1;
        if (c < 0x80 || wcwidth((wchar_t)c) == span) {
            out[n++] = curses_cell(cells[x], (wchar_t)c);
            continue;
        }
        while (span-- > 0)
            out[n++] = curses_cell(cells[x], L'?');
    }
    return n;
}

void term_show(const struct canvas *canvas, bool all)
{
    int width = MIN(canvas->width, getmaxx(stdscr));
    int height = MIN(canvas->height, getmaxy(stdscr));
    g_autofree cchar_t *row = g_new(cchar_t, (size_t)MAX(width, 1));
    for (int y = 0; y < height; y++) {
        int n = curses_row(canvas->cells + (size_t)y * (size_t)canvas->width, width, row);
        mvwadd_wchnstr(stdscr, y, 0, row, n);
    }
    bool cursor = canvas->cursor_x >= 0 && canvas->cursor_y >= 0;
    curs_set(cursor ? 1 : 0);
    if (cursor)
        wmove(stdscr, MIN(canvas->cursor_y, height - 1), MIN(canvas->cursor_x, width - 1));
    else
        wmove(stdscr, 0, 0);
    if (all)
        clearok(curscr, TRUE);
    wrefresh(stdscr);
}

/* --- keys in --- */

static int special_key(int code)
{
    static const struct {
        int code, key;
    } rows[] = {
        {KEY_UP, TKEY_UP},
        {KEY_DOWN, TKEY_DOWN},
        {KEY_LEFT, TKEY_LEFT},
        {KEY_RIGHT, TKEY_RIGHT},
        {KEY_PPAGE, TKEY_PAGE_UP},
        {KEY_NPAGE, TKEY_PAGE_DOWN},
        {KEY_HOME, TKEY_HOME},
        {KEY_END, TKEY_END},
        {KEY_FIND, TKEY_HOME},
        {KEY_SELECT, TKEY_END},
        {KEY_A1, TKEY_HOME},
        {KEY_C1, TKEY_END},
        {KEY_A3, TKEY_PAGE_UP},
        {KEY_C3, TKEY_PAGE_DOWN},
        {KEY_DC, TKEY_DELETE},
        {KEY_SLEFT, TKEY_SHIFT_LEFT},
        {KEY_SRIGHT, TKEY_SHIFT_RIGHT},
        {KEY_BTAB, TKEY_BACK_TAB},
        {KEY_BACKSPACE, TKEY_BACKSPACE},
        {KEY_ENTER, TKEY_RETURN},
        {KEY_RESIZE, TKEY_RESIZED},
        {'\b', TKEY_BACKSPACE},
        {'\n', TKEY_RETURN},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].code == code)
            return rows[i].key;
    }
    return TKEY_NONE;
}

/* A byte of a character: TKEY_NONE until it is whole, and for what is none. */
static int feed_utf8(char byte)
{
    if ((byte & 0xc0) != 0x80)
        term.utf8_len = 0; /* what was begun is given up */
    if (term.utf8_len == sizeof term.utf8)
        return TKEY_NONE;
    term.utf8[term.utf8_len++] = byte;
    gunichar c = g_utf8_get_char_validated(term.utf8, (gssize)term.utf8_len);
    if (c == (gunichar)-2)
        return TKEY_NONE;
    term.utf8_len = 0;
    return c == (gunichar)-1 ? TKEY_NONE : (int)c;
}

/* The kernel says "readable" of a line that hung up, for ever: nobody may wait for that. */
static bool hung_up(void)
{
    struct pollfd line = {.fd = fileno(term.in), .events = POLLIN};
    int waiting = 0;
    if (poll(&line, 1, 0) <= 0)
        return false;
    if (line.revents & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return ioctl(line.fd, FIONREAD, &waiting) < 0 || waiting == 0;
}

/* Behind an Esc that curses could make nothing of. A sequence of no meaning is taken whole: its
 * Esc would leave the view, and its letters would be commands. */
static int read_sequence(void)
{
    char bytes[32];
    size_t len = 0;
    int code = wgetch(term.keys), key = TKEY_MORE;
    if (code != '[' && code != 'O') {
        if (code != ERR)
            ungetch(code); /* Alt with a letter: Esc and the letter */
        return TKEY_ESCAPE;
    }
    while (key == TKEY_MORE && code >= 0 && code < 0x100) {
        bytes[len++] = (char)code;
        key = len == sizeof bytes ? TKEY_NONE : key_sequence(bytes, len);
        if (key == TKEY_MORE)
            code = wgetch(term.keys);
    }
    return key == TKEY_MORE ? TKEY_NONE : key;
}

enum term_key term_read_key(int *key)
{
    for (;;) {
        int code = wgetch(term.keys);
        if (code == ERR)
            return hung_up() ? TERM_GONE : TERM_NO_KEY;
        *key = special_key(code);
        if (code == TKEY_ESCAPE)
            *key = read_sequence();
        else if (*key == TKEY_NONE && code < 0x80)
            *key = code;
        else if (*key == TKEY_NONE && code < 0x100)
            *key = feed_utf8((char)code);
        if (*key != TKEY_NONE)
            return TERM_KEY;
    }
}
