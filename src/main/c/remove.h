/* Deletes trees. */
#ifndef REMOVE_H
#define REMOVE_H

/* Deletes a directory with all that is in it, as far as it can. */
void remove_tree(const char *path);

#endif
