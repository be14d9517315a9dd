// SPDX-License-Identifier: Apache-2.0
#include "nac/cpp/plugin.hpp"

#include "task.hpp"

namespace {

constexpr nac_param kData =
    nac::parameter(NAC_PARAM_PATH, "data",
                   "directory of hls4ml LHC jet .h5 files, one such file, or a .npz file; absent: synthetic jets");
constexpr nac_param kConstituents =
    nac::parameter(NAC_PARAM_INTEGER, "constituents", "number of constituents, those of largest pT", "8", "[1, 1000]");
constexpr nac_param kMinPt =
    nac::parameter(NAC_PARAM_NUMBER, "min_pt", "constituents below it are left out", "2.0", "[0, inf)", "GeV");
constexpr nac_param kScaling =
    nac::parameter(NAC_PARAM_TEXT, "scaling", "scaling of the features, fitted on the training split", "\"robust\"",
                   "{robust, standard, minmax, none}");
constexpr nac_param kScalingConstants = nac::parameter(
    NAC_PARAM_NUMBERS, "scaling_constants",
    "centre and width of pT, eta_rel and phi_rel in turn, instead of fitting them; trained models carry theirs");
constexpr nac_param kSplit = nac::parameter(
    NAC_PARAM_TEXT, "split", "how HDF5 jets are split; auto: folders train/ and val/, else by file or event",
    "\"auto\"", "{auto, folders, file, event}");
constexpr nac_param kCache = nac::parameter(
    NAC_PARAM_PATH, "cache", "folder for the compact copy of HDF5 data; absent: the user's cache folder");
constexpr nac_param kSamples =
    nac::parameter(NAC_PARAM_INTEGER, "samples", "number of synthetic jets, all splits", "50000", "[50, 100000000]");
constexpr nac_param kSeed =
    nac::parameter(NAC_PARAM_INTEGER, "synthetic_seed", "seed of the synthetic jets", "1", "[0, inf)");
constexpr nac_param kMaxTrain =
    nac::parameter(NAC_PARAM_INTEGER, "max_train", "most training jets to use; 0: all", "0", "[0, inf)");
constexpr nac_param kMaxEvaluation = nac::parameter(
    NAC_PARAM_INTEGER, "max_evaluation", "most jets of validation and of test to use; 0: all", "0", "[0, inf)");
constexpr nac_param kPhiNorm =
    nac::parameter(NAC_PARAM_TEXT, "phi_norm",
                   "batch normalization in phi per feature, or per position as in the published search logs",
                   "\"feature\"", "{feature, position}");
constexpr nac_param kOutputActivation =
    nac::parameter(NAC_PARAM_BOOLEAN, "output_activation",
                   "search an activation on the logits too, as the published search did", "false");

const nac_param *const kParams[] = {
    &kData,     &kConstituents,  &kMinPt,   &kScaling,          &kSplit,           &kCache, &kSamples, &kSeed,
    &kMaxTrain, &kMaxEvaluation, &kPhiNorm, &kOutputActivation, &kScalingConstants};

const nac_descriptor kJets =
    nac::describe(NAC_KIND_TASK, "org.fastmachinelearning.jets", "Jet tagging", "NAC developers", "1.0.0", "Apache-2.0",
                  "five-class jet classification with deep sets (hls4ml LHC jets, Pythia jets, synthetic jets)",
                  kParams, NAC_THREADS_FREE);

}  // namespace

NAC_PLUGIN(nac::entry(kJets, nac::make_task<jets::JetsTask>))
