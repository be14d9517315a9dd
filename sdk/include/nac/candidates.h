/* SPDX-License-Identifier: Apache-2.0
 *
 * candidates.h: what the host knows of a candidate before it is trained. Bit operations, parameters and whatever else
 * follows from the network alone are exact and cost no training; so are "cannot be built" and "breaks a constraint on
 * such a quantity". Optional, for searches that model only what training tells; since 1.1.
 *
 * A search gets the handle in nac_search_setup (NULL: the host cannot answer). It stays valid until destroy and is
 * used inside the search's own functions only: on their thread, or in bodies of a loop of nac.parallel/1 that they run,
 * several at a time. The answers depend on the values alone, so asking changes nothing that another call would return.
 * A search whose library is NAC_THREADS_SERIAL gets none: the answer may need a call into that very library.
 */
#ifndef NAC_CANDIDATES_H
#define NAC_CANDIDATES_H
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct nac_candidates nac_candidates; /* host-owned */

#define NAC_SERVICE_CANDIDATES "nac.candidates/1"
typedef struct nac_candidates_service { /* [worker] as said above */
  uint32_t struct_size;
  uint32_t reserved;

  /* Bit k: objective k is exact. Objectives from the 64th on count as not exact. 0: none, but evaluate still tells
   * feasibility and identity. */
  uint64_t (*exact)(const nac_candidates *candidates);
  /* `values`: one for each dimension as nac/space.h stores them; those of inactive dimensions are not read and may be
   * NaN. On NAC_OK fills `objectives` (to be minimized, as tell gives them; NaN where not exact) and `identity`, 128
   * bits that are equal for equal networks: a trial of a network that was tried already is answered without training.
   * NAC_INFEASIBLE: such a trial would end at once as infeasible; err says why. NAC_INVALID_ARGUMENT: no point of the
   * space, or objective_count is not that of the setup. Any other status: the candidate could not be measured.
   * Repeated questions are cheap; a new one costs building the network. */
  nac_status (*evaluate)(const nac_candidates *candidates, const double *values, uint32_t count, double *objectives,
                         uint32_t objective_count, uint64_t identity[2], nac_error *err);
} nac_candidates_service;

#ifdef __cplusplus
}
#endif
#endif
