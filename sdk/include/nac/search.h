/* SPDX-License-Identifier: Apache-2.0
 *
 * search.h: a strategy that proposes points. The host keeps trials, archive and Pareto front, and drives the object in
 * a fixed order that does not depend on timing: ask(n) comes after the tells of all trials <= n - lookahead, and tells
 * come in trial order. So equal setups give equal points, whatever the number of workers; after a crash the host
 * replays the same calls on a fresh object.
 *
 * A host may end trainings early (rungs), or train a candidate several times. Whoever was ended early is told as NAC_OK
 * with the objectives that it had reached by then, a candidate of several trainings by its means; neither is marked.
 */
#ifndef NAC_SEARCH_H
#define NAC_SEARCH_H
#include "candidates.h"
#include "plugin.h"
#include "space.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_SEARCH "nac.search/1"

typedef struct nac_search_setup {
  uint32_t struct_size;
  uint32_t objective_count; /* >= 1; all are minimized */
  uint64_t seed;
  uint64_t trials;    /* the budget, 0 = not known; a hint for population sizes */
  uint32_t lookahead; /* how many trials may be asked for and not yet told */
  uint32_t reserved;
  const nac_candidates *candidates; /* since 1.1; for nac.candidates/1, valid until destroy; NULL: the host cannot */
} nac_search_setup;

typedef struct nac_result {
  uint32_t struct_size;
  nac_status status; /* NAC_OK, NAC_INFEASIBLE or any failure */
  uint64_t trial;
  const nac_point *point;   /* the candidate; also for trials that the search did not ask for (warm start) */
  const double *objectives; /* objective_count values to be minimized, finite; NULL unless status is NAC_OK */
  uint32_t objective_count;
  uint32_t reserved;
} nac_result;

typedef struct nac_search_api { /* all [worker] unless said; one call at a time per object */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* Once, first. `space` stays valid until destroy. */
  nac_status (*start)(void *self, const nac_space *space, const nac_search_setup *setup, nac_error *err);
  /* Writes the next candidate into an empty point. NAC_AGAIN: wants a tell first. NAC_RESOURCE_EXHAUSTED: every point
   * of the space was asked; the host ends the search. */
  nac_status (*ask)(void *self, uint64_t trial, nac_point *point, nac_error *err);
  nac_status (*tell)(void *self, const nac_result *result, nac_error *err);
  /* State as bytes; load comes after start with the same space and setup and refuses foreign bytes cleanly. */
  nac_status (*save)(void *self, const nac_sink *sink, nac_error *err);
  nac_status (*load)(void *self, const nac_source *source, nac_error *err);
} nac_search_api;

#ifdef __cplusplus
}
#endif
#endif
