/* SPDX-License-Identifier: Apache-2.0
 *
 * nac.h: the whole C ABI in one include.
 */
#ifndef NAC_NAC_H
#define NAC_NAC_H
#include "backend.h"
#include "base.h"
#include "candidates.h"
#include "compress.h"
#include "config.h"
#include "graph.h"
#include "host.h"
#include "observe.h"
#include "plugin.h"
#include "search.h"
#include "space.h"
#include "task.h"
#include "tensor.h"
#ifdef NAC_DRAFTS
#include "draft/executor.h"
#include "draft/op.h"
#endif
#endif
