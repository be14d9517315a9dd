// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/experiment.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// The tables of the stages after the selection, once those before are read.
void read_stages(ManifestDocument &document, Experiment &experiment);
/// Their plugins: that they are there and take their parameters. Of a compression pass, lists for parameters that it
/// declares as one value become the grid.
void check_stage_plugins(ManifestDocument &document, Experiment &experiment, const Registry &registry);
/// What they name of the search and the task. `quantities`: the task's metrics and the costs.
void check_stage_names(ManifestDocument &document, const Experiment &experiment,
                       const std::vector<std::string> &quantities);

/// Keys 'trials' (numbers or names of classes; `key` where another is meant) and 'presets' of a table.
CandidateChoice read_candidates(ManifestDocument &document, const std::string &table, const std::string &key);
TuneStage read_tune(ManifestDocument &document, const Recipe &search_train);
std::vector<CompressPass> read_compress(ManifestDocument &document);
CompressionStage read_compression(ManifestDocument &document, const Recipe &search_train);
void check_compress(ManifestDocument &document, const std::string &table, CompressPass &pass, const Registry &registry,
                    const std::filesystem::path &folder);
/// [hardware] and [hardware.search].
HardwareStage read_hardware(ManifestDocument &document);
/// Its plugin, and the parameters that are searched. Asks the backend which quantities it has.
void check_hardware(ManifestDocument &document, Experiment &experiment, const Registry &registry);
/// [search.quantize].
SearchedParameters read_quantize(ManifestDocument &document);
/// Its plugin, the parameters that are searched, and that it does not train.
void check_quantize(ManifestDocument &document, Experiment &experiment, const Registry &registry);
/// That no other stage works on networks in float.
void check_quantize_stages(ManifestDocument &document, const Experiment &experiment);
/// [[hardware.published]].
std::vector<PublishedRow> read_published(ManifestDocument &document);
/// That [hardware] has the networks of those rows and the backend their quantities.
void check_published(ManifestDocument &document, const Experiment &experiment);
/// Whether the search measures costs of [hardware]: as objective, constraint, or since it searches parameters of it.
bool searches_hardware(const Experiment &experiment);
/// What to say of "hls.lut" in a manifest without [hardware].
std::string missing_hardware(const std::string &name);
const std::vector<std::string> &tune_keys();  ///< those of the host

}  // namespace nac::fw
