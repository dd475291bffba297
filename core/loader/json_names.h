/*
 * json_names.h - which member of a row is which column.
 *
 * A column is known by its path: the names of members from the row down, joined by '.'; a '.' or '\' in a name has a '\'
 * before it, so that {"a":{"b":1}} and {"a.b":1} differ ("a.b", "a\.b"). Paths are what threads that read parts of one
 * source tell each other; what people see is made of them at the end, by dj_json_header. Two kinds come from elsewhere:
 * "\^id" is kept of an object around the row, "\=" is a row that is no object.
 *
 * Invariant: columns and nodes stand in the order in which they were first met; the first `known` of them were given.
 */
#ifndef DJ_LOADER_JSON_NAMES_H
#define DJ_LOADER_JSON_NAMES_H

#include "base/mem.h"
#include "loader/json_scan.h"
#include "loader/record.h"

enum {
	DJ_JSON_NAME_MOST = 4096,                 /* bytes of one member's name */
	DJ_JSON_NODES_MOST = 4 * DJ_COLUMNS_MOST, /* members at any depth */
	DJ_JSON_NO_COLUMN = -1
};

typedef struct dj_json_node { /* a member, wherever it stands; node 0 is the row */
	char    *name;
	size_t   n;
	uint32_t parent;
	uint32_t next;     /* the member that followed it when it was last met */
	uint32_t first;    /* its first member then */
	int      column;   /* DJ_JSON_NO_COLUMN: only its members have one, so far */
	bool     plain;    /* in a text it stands as it is, without escapes */
	bool     nothing;  /* its column has held nothing but null */
	bool     parental; /* it has members */
	uint64_t met;      /* the row that it was last met in */
} dj_json_node;

typedef struct dj_json_names {
	char        **path;
	size_t        n, known, cap;
	dj_json_node *node;
	uint32_t      n_nodes, known_nodes, cap_nodes;
	uint32_t     *slot; /* open addressing by parent and name; 0: free */
	uint32_t      n_slots;
	uint64_t      row;
} dj_json_names;

void dj_json_names_init(dj_json_names *t);
void dj_json_names_give(dj_json_names *t, const char *path,
                        bool member);      /* a column; its nodes, when it is a member */
void dj_json_names_know(dj_json_names *t); /* what is there is known */
void dj_json_names_free(dj_json_names *t);
void dj_json_names_forget(dj_json_names *t); /* back to those given */

/* The columns so far are known ones; a column that was null all along, and whose members have columns, is left out. */
void dj_json_names_settle(dj_json_names *t);

/*
 * c->p stands on a member's name: reads it, and gives its node under `parent`; `before` is the member before it in the
 * text (0: none). Whatever comes in the order of the row before is found by one comparison.
 */
dj_scan dj_json_names_read(dj_json_names *t, dj_json_scan *c, uint32_t parent, uint32_t before,
                           uint32_t *out);

/* The node of a name, added when it is new; 0: there are too many. */
uint32_t dj_json_names_node(dj_json_names *t, uint32_t parent, const char *name, size_t n);
/* Its column, added when there is none; DJ_JSON_NO_COLUMN: there are too many. */
int      dj_json_names_column(dj_json_names *t, uint32_t node);
int      dj_json_names_add(dj_json_names *t, char *path); /* a column without a node; `path` is taken over */

#endif
