/* local_path.h: an address of ours that came in from outside, as somewhere to go to. */
#ifndef POSTSTELLE_CGI_LOCAL_PATH_H
#define POSTSTELLE_CGI_LOCAL_PATH_H

#define LOCAL_PATH_MAX 2000

/* The path itself (below the prefix, with or without a query), if it stays on this site whatever
 * stands before it; else "/". */
const char *local_path(const char *path);

#endif
