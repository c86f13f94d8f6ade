/* Overlay mounts. */
#ifndef OVERLAY_H
#define OVERLAY_H

#include "plan.h"

/* How to mount an overlay. */
struct overlay {
    const struct layers *layers;
    const char *top;      /* one more lower directory above the others, or NULL */
    const char *bottom;   /* one more below them, or NULL */
    bool view;            /* the upper directory is but the topmost lower one: nothing is written */
    bool devices;         /* whether device nodes in it can be opened */
    const char *fuse;     /* the program fuse-overlayfs, if it is to do this */
    bool copied;          /* the upper directory is all there is, and it is shown as it is */
    bool classic;
    bool user_xattr;
    const struct plan *shown; /* whose users the files are shown as those of, or NULL */
    const char *scratch;  /* an empty directory to mount on for a moment */
};

/* Its lower directories are those with numbers from 0 to below `most_lowers`, topmost first, of which some may be NULL. */
size_t most_lowers(const struct overlay *overlay);
const char *lower_of(const struct overlay *overlay, size_t number);

/* Returns a descriptor of the detached mount; doesn't return on failure. */
int overlay_mount(const struct overlay *overlay);

#endif
