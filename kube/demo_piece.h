/* A part of what a command in the practice cluster prints: a text, a range of a file as it is or
 * compressed, the digest of a file, what stdin brings, or time that goes by. */
#ifndef KUBE_DEMO_PIECE_H
#define KUBE_DEMO_PIECE_H

#include <gio/gio.h>

#include "kube/cksum.h"
#include "kube/demo_file.h"

enum demo_piece_kind {
    PIECE_OUT,
    PIECE_ERR,
    PIECE_FILE,
    PIECE_GZIP,
    PIECE_DIGEST,
    PIECE_STDIN,
    PIECE_SLEEP,
};

struct demo_piece {
    enum demo_piece_kind kind;
    char *text;
    const struct demo_file *file;
    uint64_t at, end;
    GChecksum *checksum; /* of PIECE_DIGEST; NULL: cksum */
    struct cksum cksum;
    char *before, *behind; /* ... what stands around the digest */
    bool wrong;            /* ... and it is another */
    GConverter *deflater;
    bool deflated;
    int64_t until_us;
};

/* The text is taken over; NULL: none. */
struct demo_piece *demo_piece_new(enum demo_piece_kind kind, char *text);
/* PIECE_FILE or PIECE_GZIP: from `at` on, up to `end` or the file's end. */
struct demo_piece *demo_piece_new_range(enum demo_piece_kind kind, const struct demo_file *file,
                                        uint64_t at, uint64_t end);
/* `tool`: sha256sum, md5sum or cksum. `behind` is taken over. */
struct demo_piece *demo_piece_new_digest(const char *tool, const struct demo_file *file,
                                         const char *before, char *behind);
void demo_piece_free(void *piece);

/* What comes next of OUT, ERR, FILE and GZIP, at most `max` bytes; 0: it is over. */
size_t demo_piece_read(struct demo_piece *piece, uint8_t *buffer, size_t max);
/* Counts a step further; when all is counted, the piece turns into PIECE_OUT. */
void demo_piece_count(struct demo_piece *piece);

#endif
