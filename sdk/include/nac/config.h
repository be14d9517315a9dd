/* SPDX-License-Identifier: Apache-2.0
 *
 * config.h: the parameters a user set for one object, already checked against the descriptor's nac_param list and
 * with defaults filled in. A getter fails with NAC_NOT_FOUND for a name that was not declared (or has neither value
 * nor default) and NAC_INVALID_ARGUMENT for another type than the declared one.
 */
#ifndef NAC_CONFIG_H
#define NAC_CONFIG_H
#include "host.h"
#ifdef __cplusplus
extern "C" {
#endif

typedef struct nac_config nac_config; /* host-owned; valid until create() returns */

#define NAC_SERVICE_CONFIG "nac.config/1"
typedef struct nac_config_service {
  uint32_t struct_size;
  uint32_t reserved;
  nac_status (*integer)(const nac_config *config, const char *name, int64_t *out); /* [call] */
  nac_status (*number)(const nac_config *config, const char *name, double *out);   /* [call] accepts integers */
  nac_status (*boolean)(const nac_config *config, const char *name, bool *out);    /* [call] */
  nac_status (*text)(const nac_config *config, const char *name, nac_str *out);    /* [call] valid as long as config */
  /* [call] A list of numbers. *count_in_out: in, the capacity of out; out, the length of the list. With too small a
   * capacity nothing is written but the length and the status is NAC_RESOURCE_EXHAUSTED. */
  nac_status (*numbers)(const nac_config *config, const char *name, double *out, uint32_t *count_in_out);
} nac_config_service;

#ifdef __cplusplus
}
#endif
#endif
