/* Runs a command until something happens, then prints how long that took and the most memory that
 * it held: "SECONDS PEAK_KB".
 *
 *   until end COMMAND...          until it ends
 *   until screen TEXT COMMAND...  on a terminal of 160x40, until it has written the text; then q
 *                                 is typed
 *   until answer PORT COMMAND...  until a web server answers on this port of 127.0.0.1; then the
 *                                 command is killed
 *
 * What the command prints is thrown away. Exit status 1 when it fails or takes over 10 minutes. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 600

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run(char **command)
{
    execvp(command[0], command);
    fprintf(stderr, "until: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

static pid_t start_silent(char **command)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    run(command);
    return 0;
}

/* Reads what is written to the terminal until the text was among it. A text that comes in two
 * parts is found, too, as long as both are in the last few kilobytes. */
static bool wait_screen(int terminal, const char *text)
{
    char seen[65536];
    size_t len = 0;
    for (double end_s = now_s() + PATIENCE_S; now_s() < end_s;) {
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        if (poll(&ready, 1, 1000) <= 0)
            continue;
        if (len > sizeof seen / 2) {
            memmove(seen, seen + len - sizeof seen / 4, sizeof seen / 4);
            len = sizeof seen / 4;
        }
        ssize_t n = read(terminal, seen + len, sizeof seen - len);
        if (n <= 0)
            return false;
        len += (size_t)n;
        if (memmem(seen, len, text, strlen(text)) != NULL)
            return true;
    }
    return false;
}

/* One question of the server, which need not be there yet. */
static bool ask(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const char question[] = "GET / HTTP/1.0\r\n\r\n";
    char answer[5] = "";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 &&
                write(fd, question, strlen(question)) > 0 && read(fd, answer, 4) == 4 &&
                strcmp(answer, "HTTP") == 0;
    close(fd);
    return good;
}

static bool wait_answer(pid_t pid, int port)
{
    for (double end_s = now_s() + PATIENCE_S; now_s() < end_s; usleep(2000)) {
        if (ask(port))
            return true;
        siginfo_t ended = {0};
        if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid == pid)
            return false;
    }
    return false;
}

static int report(pid_t pid, double took_s, bool good, bool killed)
{
    int status;
    struct rusage used;
    if (wait4(pid, &status, 0, &used) != pid)
        return 1;
    if (took_s < 0)
        took_s = now_s() + took_s;
    printf("%.4f %ld\n", took_s, used.ru_maxrss);
    return good && (killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) ? 0 : 1;
}

static int on_screen(const char *text, char **command)
{
    int terminal;
    struct winsize size = {.ws_row = 40, .ws_col = 160};
    double start_s = now_s();
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    if (pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        run(command);
    }
    bool good = wait_screen(terminal, text);
    double took_s = now_s() - start_s;
    if (write(terminal, "q", 1) != 1 || !good)
        kill(pid, SIGKILL);
    /* The terminal is emptied, so that the command can end. */
    char rest[4096];
    while (read(terminal, rest, sizeof rest) > 0)
        continue;
    return report(pid, took_s, good, true);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "end") == 0) {
        double start_s = now_s();
        return report(start_silent(argv + 2), -start_s, true, false);
    }
    if (argc > 3 && strcmp(argv[1], "screen") == 0)
        return on_screen(argv[2], argv + 3);
    if (argc > 3 && strcmp(argv[1], "answer") == 0) {
        double start_s = now_s();
        pid_t pid = start_silent(argv + 3);
        bool good = wait_answer(pid, atoi(argv[2]));
        double took_s = now_s() - start_s;
        kill(pid, SIGKILL);
        return report(pid, took_s, good, true);
    }
    fputs("usage: until end|screen TEXT|answer PORT COMMAND...\n", stderr);
    return 2;
}
