// SPDX-License-Identifier: Apache-2.0
#include "tpe.hpp"

static constexpr nac_param kStartup =
    nac::parameter(NAC_PARAM_INTEGER, "startup_trials", "random trials before the model is used", "10", "[1, 100000]");
static constexpr nac_param kCandidates =
    nac::parameter(NAC_PARAM_INTEGER, "candidates", "draws compared per decision", "24", "[1, 100000]");
static constexpr nac_param kMultivariate =
    nac::parameter(NAC_PARAM_BOOLEAN, "multivariate",
                   "one joint density for all dimensions that are active together, instead of one each", "true");
static constexpr nac_param kSampler = nac::parameter(
    NAC_PARAM_TEXT, "sampler", "gp: a Gaussian process instead; auto: where it fits, for half of the first 200",
    "\"auto\"", "{auto, tpe, gp}");
static const nac_param *const kParams[] = {&kStartup, &kCandidates, &kMultivariate, &kSampler};

static const nac_descriptor kTpe =
    nac::describe(NAC_KIND_SEARCH, "org.nac.tpe", "TPE", "NAC", "0.1.0", "Apache-2.0",
                  "tree-structured Parzen estimator for one or several objectives and conditional spaces", kParams);

NAC_PLUGIN(nac::entry(kTpe, nac::make_search<nac::searching::tpe>))
