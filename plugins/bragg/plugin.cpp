// SPDX-License-Identifier: Apache-2.0
//
// The bragg task: locating X-ray Bragg peaks (NAC paper, section 4; BraggNN, Liu et al. 2022).
#include "nac/cpp/plugin.hpp"
#include "bragg/task.hpp"

namespace {

constexpr nac_param kData = nac::parameter(
    NAC_PARAM_PATH, "data", "patches (.npz file or folder of them) or frames (HDF5); absent: synthetic peaks");
constexpr nac_param kPeaks =
    nac::parameter(NAC_PARAM_PATH, "peaks", "file of fitted peaks (HDF5) that goes with frames");
constexpr nac_param kCache =
    nac::parameter(NAC_PARAM_PATH, "cache", "folder for patches cut from frames; absent: the user's cache folder");
constexpr nac_param kUseCache =
    nac::parameter(NAC_PARAM_BOOLEAN, "use_cache", "keep patches cut from frames for the next run", "true");
constexpr nac_param kShift = nac::parameter(
    NAC_PARAM_INTEGER, "shift", "largest random shift of training crops along each axis", "1", "[0, 2]", "px");
constexpr nac_param kUsableOnly =
    nac::parameter(NAC_PARAM_BOOLEAN, "usable_only", "patch files: leave out patches marked as not usable", "true");
constexpr nac_param kSplitSeed = nac::parameter(
    NAC_PARAM_INTEGER, "split_seed", "seed of splits that are drawn by group", "1", "[0, 9223372036854775807]");
constexpr nac_param kValidation =
    nac::parameter(NAC_PARAM_NUMBER, "validation_fraction",
                   "share of validation samples, where the data has no such split", "0.1", "[0, 0.5]");
constexpr nac_param kTest = nac::parameter(
    NAC_PARAM_NUMBER, "test_fraction", "share of test samples, where the data has no such split", "0.1", "[0, 0.5]");
constexpr nac_param kWholeFrames = nac::parameter(
    NAC_PARAM_BOOLEAN, "whole_frames", "frames: no frame in two splits; false cuts where the NAC authors did", "true");
constexpr nac_param kSamples = nac::parameter(NAC_PARAM_INTEGER, "synthetic_samples",
                                              "synthetic samples over all splits", "12000", "[30, 10000000]");
constexpr nac_param kSyntheticSeed =
    nac::parameter(NAC_PARAM_INTEGER, "synthetic_seed", "seed of the synthetic peaks", "1", "[0, 9223372036854775807]");
constexpr nac_param kDifficulty = nac::parameter(
    NAC_PARAM_NUMBER, "difficulty",
    "label noise and overlap of synthetic peaks: 0 none, 1 as in the published gold data", "1.0", "[0, 1]");
constexpr nac_param kMaxParameters = nac::parameter(NAC_PARAM_INTEGER, "max_parameters",
                                                    "larger candidates are infeasible", "1000000", "[1, 1000000000]");
constexpr nac_param kOutputActivation =
    nac::parameter(NAC_PARAM_BOOLEAN, "output_activation", "search an activation after the output, too", "false");

constexpr const nac_param *kParams[] = {
    &kData, &kPeaks,       &kCache,   &kUseCache,      &kShift,      &kUsableOnly,    &kSplitSeed,       &kValidation,
    &kTest, &kWholeFrames, &kSamples, &kSyntheticSeed, &kDifficulty, &kMaxParameters, &kOutputActivation};

constexpr nac_descriptor kBragg =
    nac::describe(NAC_KIND_TASK, "gov.anl.aps.bragg", "Bragg peaks", "NAC", "0.1.0", "Apache-2.0",
                  "sub-pixel positions of X-ray Bragg peaks (BraggNN)", kParams, NAC_THREADS_FREE);

}  // namespace

NAC_PLUGIN(nac::entry(kBragg, nac::make_task<nac::bragg::bragg_task>))
