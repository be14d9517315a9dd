// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/prune.hpp"

static constexpr nac_param kFraction = nac::parameter(
    NAC_PARAM_NUMBER, "fraction", "share of the surviving weights removed per iteration", "0.2", "(0, 1)");
static constexpr nac_param kIterations =
    nac::parameter(NAC_PARAM_INTEGER, "iterations", "times that weights are removed; with structure n:m it is m - n",
                   "20", "[0, 1000]");
static constexpr nac_param kEpochs =
    nac::parameter(NAC_PARAM_INTEGER, "epochs", "training after each iteration", "10", "[0, 100000]");
static constexpr nac_param kScope = nac::parameter(
    NAC_PARAM_TEXT, "scope", "one ranking over all layers, or the same share of each", "\"global\"", "{global, layer}");
static constexpr nac_param kCriterion =
    nac::parameter(NAC_PARAM_TEXT, "criterion", "score of a weight: layer-adaptive, or its magnitude", "\"lamp\"",
                   "{lamp, magnitude}");
static constexpr nac_param kStructure = nac::parameter(
    NAC_PARAM_TEXT, "structure",
    "what goes: single weights (none), whole outputs of layers (channel), or n of m stay (\"2:4\")", "\"none\"");
static constexpr nac_param kRewind =
    nac::parameter(NAC_PARAM_TEXT, "rewind", "each training restarts the learning rate, the weights too, or neither",
                   "\"lr\"", "{lr, weights, none}");
static constexpr nac_param kGuards =
    nac::parameter(NAC_PARAM_BOOLEAN, "guards",
                   "no layer is emptied, and an iteration that makes the network collapse is undone", "true");
static constexpr nac_param kTolerance = nac::parameter(
    NAC_PARAM_NUMBER, "tolerance", "share by which the error of the first metric may grow", "0.25", "[0, inf)");
static constexpr nac_param kStopAfter =
    nac::parameter(NAC_PARAM_INTEGER, "stop_after",
                   "iterations in a row beyond the tolerance that end the pass; 0: never", "2", "[0, 1000]");
static constexpr nac_param kFullGrid =
    nac::parameter(NAC_PARAM_BOOLEAN, "full_grid", "all iterations, whatever the error", "false");
static const nac_param *const kParams[] = {&kFraction, &kIterations, &kEpochs,    &kScope,     &kCriterion, &kStructure,
                                           &kRewind,   &kGuards,     &kTolerance, &kStopAfter, &kFullGrid};

static constexpr nac_descriptor kPrune =
    nac::describe(NAC_KIND_COMPRESS, "org.nac.prune", "Iterative magnitude pruning", "NAC", "0.1.0", "Apache-2.0",
                  "removes weights step by step and trains the rest, with guards against collapse", kParams);

NAC_PLUGIN(nac::entry(kPrune, nac::make_compress<nac::compressing::prune>))
