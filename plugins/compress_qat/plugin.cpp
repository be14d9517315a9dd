// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/qat.hpp"

static constexpr nac_param kBits = nac::parameter(
    NAC_PARAM_INTEGER, "bits", "width of weights and activations, 2 to 16; 32: float", "8", "[2, 32]", "bit");
static constexpr nac_param kWeightBits =
    nac::parameter(NAC_PARAM_INTEGER, "weight_bits", "width of weights; 0: as bits", "0", "[0, 32]", "bit");
static constexpr nac_param kActivationBits =
    nac::parameter(NAC_PARAM_INTEGER, "activation_bits", "width of activations; 0: as bits", "0", "[0, 32]", "bit");
static constexpr nac_param kInputBits = nac::parameter(
    NAC_PARAM_INTEGER, "input_bits", "width of the input; 0: as activations, at least 8", "0", "[0, 16]", "bit");
static constexpr nac_param kOverrides =
    nac::parameter(NAC_PARAM_TEXT, "overrides",
                   "width of single layers' weight and of the activation after it, as \"rho3:8,phi0:6\"", "\"\"");
static constexpr nac_param kRounding =
    nac::parameter(NAC_PARAM_TEXT, "rounding", "of activations: half to even, half up, or down", "\"rnd_conv\"",
                   "{rnd_conv, rnd, trn}");
static constexpr nac_param kOverflow =
    nac::parameter(NAC_PARAM_TEXT, "overflow", "of activations: saturate or wrap", "\"sat\"", "{sat, wrap}");
static constexpr nac_param kPerChannel =
    nac::parameter(NAC_PARAM_BOOLEAN, "per_channel", "weights have a scale for each output, not one for all", "true");
static constexpr nac_param kPercentile = nac::parameter(
    NAC_PARAM_NUMBER, "percentile", "of |activation|, that the range has to hold", "99.9", "(0, 100]", "%");
static constexpr nac_param kSamples = nac::parameter(
    NAC_PARAM_INTEGER, "samples", "training samples that activations are calibrated on", "4096", "[1, 10000000]");
static constexpr nac_param kLearned = nac::parameter(
    NAC_PARAM_BOOLEAN, "learned_scales", "training adjusts the scales of activations (not of the input)", "true");
static constexpr nac_param kEpochs = nac::parameter(
    NAC_PARAM_INTEGER, "epochs", "training after the quantizers are in; 0: only calibrate", "20", "[0, 100000]");
static constexpr nac_param kDistill =
    nac::parameter(NAC_PARAM_TEXT, "distill", "learn from the float network's outputs too; auto: at 4 bits and fewer",
                   "\"auto\"", "{auto, on, off}");
static constexpr nac_param kMixed = nac::parameter(
    NAC_PARAM_BOOLEAN, "mixed", "then take bits from single weights and activations, where they cost least", "false");
static constexpr nac_param kLossBudget =
    nac::parameter(NAC_PARAM_NUMBER, "loss_budget", "mixed: share by which the error of the first metric may grow",
                   "0.02", "[0, inf)");
static constexpr nac_param kMixedChanges =
    nac::parameter(NAC_PARAM_INTEGER, "mixed_changes", "mixed: bits taken between two trainings", "4", "[1, 1000]");
static constexpr nac_param kMixedEpochs =
    nac::parameter(NAC_PARAM_INTEGER, "mixed_epochs", "mixed: length of these trainings", "5", "[0, 100000]");
static const nac_param *const kParams[] = {&kBits,         &kWeightBits, &kActivationBits, &kInputBits,  &kOverrides,
                                           &kRounding,     &kOverflow,   &kPerChannel,     &kPercentile, &kSamples,
                                           &kLearned,      &kEpochs,     &kDistill,        &kMixed,      &kLossBudget,
                                           &kMixedChanges, &kMixedEpochs};

static constexpr nac_descriptor kQat =
    nac::describe(NAC_KIND_COMPRESS, "org.nac.qat", "Quantization-aware training", "NAC", "0.1.0", "Apache-2.0",
                  "fixed-point weights and activations with power-of-two scales, calibrated and trained", kParams);

NAC_PLUGIN(nac::entry(kQat, nac::make_compress<nac::compressing::qat>))
