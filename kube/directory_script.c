#include "kube/directory_script.h"

#include <string.h>

#include "kube/directory.h"

#define TEXT_OF(number) TEXT_OF_(number)
#define TEXT_OF_(number) #number
#define HEAD_BYTES "16"

/* clang-format off */
/* The script: PREFIX ROOT MAX-ENTRIES MAX-HEADS PATH... It prints records that begin with a letter:
 *
 *   D COUNT / FOLDER NUL             a folder (F: a file) in it, how many there are, its path
 *   s MODE SIZE TIME NAME / NEWLINE  an entry, as stat -c says it (l: what a link leads to)
 *   n FILE NAME NUL                  without stat and ls: 0 / a folder, 1 / anything else
 *   L NUL                            without stat: what comes then was printed by ls
 *   h NAME / BYTES NUL               the first bytes of a file; a shell cannot hold their zeros
 *
 * A name has no slash, so a slash ends it; blanks, newlines and the like need no care. It uses what
 * dash, bash and the shells of busybox and toybox have in common. It goes over the wire in the
 * address of a request, so it is short. */
/* clang-format on */
static const char script_begin[] = "b=$1 r=$2 m=$3 k=$4;shift 4\n";

/* d: the path to what is asked for. */
static const char script_path[] = "q(){ d=$1;}\n";

/* The same below another root, where links are followed by hand: the kernel would take one that
 * begins with a slash to our own root. */
static const char script_path_below[] = "[ -e $r/. ]||exit 46\n"
                                        "q(){ q=$1 d= i=0\n"
                                        "while [ \"$q\" ];do p=${q%%/*}\n"
                                        "case $q in */*)q=${q#*/};;*)q=;;esac\n"
                                        "case $p in ''|.)continue;;..)d=${d%/*};continue;;esac\n"
                                        "if [ -h \"$r$d/$p\" ]&&[ $i -lt 40 ];then i=$((i+1))\n"
                                        "t=$($b readlink \"$r$d/$p\";echo .);t=${t%??}\n"
                                        "case $t in /*)d=;;esac\n"
                                        "q=$t/$q\n"
                                        "else d=$d/$p;fi;done\n"
                                        "d=$r${d:-/};}\n";

static const char script_find[] =
    "for f do q \"$f\";[ -e \"$d\" ]||[ -h \"$d\" ]&&break;done\n"
    "if [ -d \"$d\" ];then t=D;cd \"$d\"&&[ -r . ]||exit 45;set -- * .[!.]* ..?*\n"
    "elif [ -e \"$d\" ]||[ -h \"$d\" ];then t=F;cd \"${d%/*}/\"||exit 45;set -- \"${d##*/}\"\n"
    "else while [ \"$d\" ]&&[ ! -e \"$d\" ];do d=${d%/*};done\n"
    "[ ! -d \"$d/\" ]||[ -x \"$d/\" ]&&exit 44;exit 45;fi\n"
    "c=$#;IFS='\n'\n"
    /* A pattern that fits nothing stands for itself. */
    "u(){ [ -e \"$1\" ]||[ -h \"$1\" ]||c=$((c-1));}\n"
    /* No more than the newest, where there are too many. */
    "new(){ $b ls -At|$b head -n $1;}\n"
    "if [ $c -gt $m ];then u *;u .[!.]*;u ..?*;set -f;set -- $(new $m);set +f;fi\n"
    "printf '%s%s/%s\\0' $t $c \"$(pwd)\"\n";

/* The stat of links; what they lead to follows from the first bytes of the mode. */
static const char script_links[] = "s(){ $b stat -c 's%f %s %Y %n/' -- \"$@\"\n"
                                   "for f do shift;[ -h \"$f\" ]&&set -- \"$@\" \"$f\";done\n"
                                   "[ $# = 0 ]||$b stat -L -c 'l%f %s %Y %n/' -- \"$@\";}\n";

static const char script_links_below[] =
    "w=$(pwd);w=${w#$r}\n"
    "s(){ $b stat -c 's%f %s %Y %n/' -- \"$@\"\n"
    "for f do [ -h \"$f\" ]||continue;q \"$w/$f\"\n"
    "t=$($b stat -c '%f %s %Y' \"$d\")&&printf 'l%s %s/\\n' \"$t\" \"$f\";done;}\n";

static const char script_list[] =
    "h(){ i=0;for f do [ $((i+=1)) -gt $k ]&&break;[ \"$r\" ]&&[ -h \"$f\" ]&&continue\n"
    "[ -f \"$f\" ]&&[ -s \"$f\" ]&&"
    "printf 'h%s/%s\\0' \"$f\" \"$($b head -c " HEAD_BYTES " <\"$f\")\";done;}\n"
    "{ if $b stat -c %f . >/dev/null;then\n"
    /* Not all at once: a command line is not endless, and a shell has no slices. */
    "i=0 a=;while [ $((i+=1)) -le 200 ];do a=\"$a \\\"\\${$i}\\\"\";done\n"
    "(while [ $# -gt 200 ];do eval \"s $a\";shift 200;done\n"
    "s \"$@\")\n"
    "elif $b ls -d . >/dev/null;then\n"
    "(o=--full-time;$b ls -d $o . >/dev/null||o=\n"
    "[ $t = F ]||set -- .\n"
    "printf 'L\\0';$b ls -lat $o -- \"$@\";printf '\\0')\n"
    "else for f do [ -e \"$f\" ]&&{ [ -d \"$f\" ];printf 'n%s%s\\0' $? \"$f\";};done;fi\n"
    "if [ $# -gt $k ]&&[ $c -le $m ];then set -f;h $(new $k);else h \"$@\";fi\n"
    "} 2>/dev/null\n"
    "exit 0\n";

static char **shell_command(const char *const *shell, const char *prefix, const char *root,
                            const char *const *paths)
{
    const bool below = root != NULL;
    g_autoptr(GStrvBuilder) command = g_strv_builder_new();
    g_autofree char *script =
        g_strconcat(script_begin, below ? script_path_below : script_path, script_find,
                    below ? script_links_below : script_links, script_list, NULL);

    for (; *shell != NULL; shell++)
        g_strv_builder_add(command, *shell);
    g_strv_builder_add_many(command, "-c", script, "sh", prefix, below ? root : "",
                            TEXT_OF(DIRECTORY_MAX_ENTRIES), TEXT_OF(DIRECTORY_MAX_HEADS), NULL);
    for (; *paths != NULL; paths++) {
        g_autofree char *path = g_strconcat(**paths == '/' || below ? "" : "./", *paths, NULL);

        g_strv_builder_add(command, path);
    }
    return g_strv_builder_end(command);
}

/* The words of a command, and the path where there is an @. */
static char **plain_command(const char *words, const char *path)
{
    char **command = g_strsplit(words, " ", 0);

    for (char **word = command; *word != NULL; word++) {
        if (strcmp(*word, "@") != 0)
            continue;
        g_free(*word);
        *word = g_strconcat(*path == '/' ? "" : "./", path, NULL);
    }
    return command;
}

char **directory_command(enum directory_way way, const char *root, const char *const *paths)
{
    static const char *const sh[] = {"sh", NULL};
    static const char *const busybox[] = {"busybox", "sh", NULL};

    switch (way) {
    case DIRECTORY_SHELL:
        return shell_command(sh, "", root, paths);
    case DIRECTORY_BUSYBOX:
        return shell_command(busybox, "busybox", root, paths);
    case DIRECTORY_LS:
        return plain_command("ls -lat --full-time @", paths[0]);
    case DIRECTORY_TOYBOX:
        return plain_command("toybox ls -lat --full-time @", paths[0]);
    case DIRECTORY_FIND:
    case DIRECTORY_N_WAYS:
        break;
    }
    return plain_command("find @ -maxdepth 1 -printf f%y,%s,%T@,%P/\n", paths[0]);
}
