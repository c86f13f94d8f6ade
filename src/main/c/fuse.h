/* Overlays by the program fuse-overlayfs, where the kernel has none for this process. */
#ifndef FUSE_H
#define FUSE_H

#include "overlay.h"

/*
 * Starts a server of the overlay, which ends when nothing of it is mounted any more or this process dies. Returns a descriptor
 * of the detached mount; doesn't return on failure. The caller has a mount namespace of its own.
 */
int fuse_mount(const struct overlay *overlay);

/* Waits until the servers have written all that they were given, and have ended: what they serve is no longer in use. */
void await_servers(void);

#endif
