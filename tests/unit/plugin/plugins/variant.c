/* SPDX-License-Identifier: Apache-2.0
 *
 * One library per macro: each breaks one rule of loading. None of them gets as far as making an object.
 */
#include <nac/nac.h>
#include <stdio.h>

#ifndef ID
#define ID "org.example.variant"
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef KIND
#define KIND NAC_KIND_TASK
#endif
#ifndef SIZE
#define SIZE sizeof(nac_plugin)
#endif
#ifndef MAJOR
#define MAJOR NAC_ABI_MAJOR
#endif
#ifndef REQUIRED_MINOR
#define REQUIRED_MINOR 0
#endif

/* Not every variant uses every piece. */
#define MAYBE __attribute__((unused)) static

#ifdef UNDEFINED_SYMBOL
int this_function_is_nowhere(void);
#endif

MAYBE nac_status init(const nac_host *host, const char *path, nac_error *err) {
  (void)host, (void)path, (void)err;
#ifdef UNDEFINED_SYMBOL
  return this_function_is_nowhere();
#endif
#ifdef INIT_FAILS
  snprintf(err->message, sizeof err->message, "no licence for this machine");
  return NAC_FAILED_PRECONDITION;
#endif
#ifdef INIT_MUTE
  return NAC_INTERNAL;
#endif
  return NAC_OK;
}
MAYBE void deinit(void) {}
MAYBE nac_status create(const char *id, const nac_config *config, nac_object *out, nac_error *err) {
  (void)id, (void)config, (void)out;
  snprintf(err->message, sizeof err->message, "this library makes nothing");
  return NAC_UNSUPPORTED;
}
#ifdef BAD_PARAM
static const nac_param kParam = {sizeof(nac_param), NAC_PARAM_INTEGER, "n", "number", NULL, "7", "[0, 5]"};
static const nac_param *const kParams[] = {&kParam};
#define PARAMS 1, kParams
#else
#define PARAMS 0, NULL
#endif
MAYBE const nac_descriptor kDescriptor = {
    sizeof(nac_descriptor), 0,     KIND, ID, "Variant", "Example", VERSION, "Apache-2.0", "", "breaks a rule",
    NAC_THREADS_FREE,       PARAMS};
#ifdef TWICE
MAYBE const nac_descriptor *const kDescriptors[] = {&kDescriptor, &kDescriptor, NULL};
#elif defined(NO_DESCRIPTORS)
MAYBE const nac_descriptor *const kDescriptors[] = {NULL};
#else
MAYBE const nac_descriptor *const kDescriptors[] = {&kDescriptor, NULL};
#endif

#if defined(MAJOR_TWO)
NAC_EXPORT extern const nac_plugin nac_plugin_v2;
#define nac_plugin_v1 nac_plugin_v2
#endif
#if defined(ENTRY_IS_CODE)
NAC_EXPORT int entry_as_code(void) __asm__("nac_plugin_v1");
int entry_as_code(void) { return 1; }
#elif defined(NO_ENTRY)
NAC_EXPORT int something_else(void);
int something_else(void) { return 1; }
#else
#ifdef EXTRA_EXPORT
NAC_EXPORT int helper_function(void);
int helper_function(void) { return 1; }
#endif
#ifdef NULL_CREATE
#define CREATE NULL
#else
#define CREATE create
#endif
const nac_plugin nac_plugin_v1 = {SIZE, REQUIRED_MINOR, {MAJOR, 0, 0}, kDescriptors, init, deinit, CREATE};
#endif
