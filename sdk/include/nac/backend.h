/* SPDX-License-Identifier: Apache-2.0
 *
 * backend.h: hardware. A backend says which nodes it can build, predicts their cost, writes a project, and computes
 * what that project would compute, bit for bit. Models come in deployed form (docs/quantized-graphs.md); estimate() may
 * also be given one in float, whose costs the backend then predicts for widths that its parameters assume.
 *
 * Quantities are costs: less is better. A backend that knows no value of one writes NaN.
 */
#ifndef NAC_BACKEND_H
#define NAC_BACKEND_H
#include "graph.h"
#include "plugin.h"
#ifdef __cplusplus
extern "C" {
#endif

#define NAC_KIND_BACKEND "nac.backend/1"

typedef struct nac_backend_api { /* all [worker] unless said */
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self); /* [any] */
  /* NAC_OK, or NAC_UNSUPPORTED with the reason in why_not. Defined for every node of every graph. */
  nac_status (*supports)(void *self, const nac_graph *model, nac_node node, nac_error *why_not);
  uint32_t (*quantity_count)(void *self);                                 /* [any] lut, ff, dsp, latency_ns, ... */
  const char *(*quantity)(void *self, uint32_t index, const char **unit); /* [any] static text; NULL: no such index */
  /* One value per quantity. NAC_INFEASIBLE: the parameters are not legal for this model, err says what is. */
  nac_status (*estimate)(void *self, const nac_graph *model, double *values, uint32_t count, nac_error *err);
  /* Writes the project by call->write_file; the same model gives the same bytes. Nothing is written on failure. The
   * object keeps what simulate() and testbench() need until the next emit(). */
  nac_status (*emit)(void *self, const nac_graph *model, const nac_call *call, nac_error *err);
  /* What the project that emit() wrote computes: inputs float32 with the batch first, one tensor per output of the
   * model, float64, exact (since 1.3; before, float32 was allowed). */
  nac_status (*simulate)(void *self, const nac_view *const *inputs, uint32_t input_count, nac_tensor **outputs,
                         uint32_t output_count, const nac_call *call, nac_error *err);
  /* Runs the vendor's tools on a project; may take hours, polls call->cancelled. The values are those of the reports
   * that they left. NAC_UNAVAILABLE: there are no such tools. */
  nac_status (*build)(void *self, const char *project_dir, double *values, uint32_t count, const nac_call *call,
                      nac_error *err);

  /* ---- since 1.3, each optional ---- */
  /* Range in which the true value of each quantity is expected: low <= estimate <= high; the same rules as estimate. */
  nac_status (*estimate_range)(void *self, const nac_graph *model, double *low, double *high, uint32_t count,
                               nac_error *err);
  /* Adds to the project that emit() wrote what its own test checks: inputs (float32) and the outputs of the host's
   * integer evaluator for them (float64, exact). Writes by call->write_file. */
  nac_status (*testbench)(void *self, const nac_view *const *inputs, uint32_t input_count,
                          const nac_view *const *expected, uint32_t output_count, const nac_call *call, nac_error *err);
  /* Values of the reports that the vendor's tools left somewhere below a folder. NAC_NOT_FOUND: there are none.
   * NAC_DATA_LOSS: one cannot be read, err names it. */
  nac_status (*read_reports)(void *self, const char *folder, double *values, uint32_t count, nac_error *err);
} nac_backend_api;

#ifdef __cplusplus
}
#endif
#endif
