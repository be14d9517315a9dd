// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/choice.hpp"
#include "engine/fidelity.hpp"
#include "engine/recipe.hpp"
#include "graph/cost.hpp"
#include "manifest/stages.hpp"
#include "services/config.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

struct SearchStage {
  PluginChoice strategy;
  uint64_t trials = 100;
  std::vector<std::string> objectives;  ///< metric names, "bops", "parameters", "macs"; empty: first metric and bops
  std::vector<Constraint> constraints;
  int parallel = 0;        ///< trials at a time; 0: one per core
  uint32_t lookahead = 8;  ///< ask n waits for the tells of trials <= n - lookahead
  Recipe train;
  Fidelity fidelity;
  int repeats = 1;                      ///< trainings of each candidate with different seeds, of which the mean is told
  std::vector<std::string> presets;     ///< task presets trained first, outside the budget of the search
  std::vector<std::string> warm_start;  ///< folders of earlier studies whose results the search is told first
  std::vector<Quantity> hardware;       ///< costs that the backend of [hardware] estimates of trained networks
  /// [search.quantize]: a pass that quantizes every network once it is trained; what is measured is measured then.
  std::optional<SearchedParameters> quantize;
  /// That [hardware.search] and then [search.quantize] add to the task's space, at its end.
  std::vector<std::string> added_dimensions;
};

struct SelectStage {
  std::vector<std::pair<std::string, double>> classes;  ///< name, upper bound of BOPs; ascending
  int confirm = 1;  ///< trainings with different seeds that every member of the final front has
};

/// A checked manifest. Relative paths are already resolved against the manifest's folder.
struct Experiment {
  std::string name;
  uint64_t seed = 1;
  std::filesystem::path study;  ///< folder
  std::string device = "auto";
  EngineChoice engine = EngineChoice::automatic;
  std::vector<std::filesystem::path> plugin_paths;  ///< [[plugin]] path = ...
  PluginChoice task;
  BopsOptions bops;
  std::optional<SearchStage> search;
  std::optional<SelectStage> select;
  std::optional<TuneStage> tune;
  std::vector<CompressPass> compress;  ///< in the order in which they follow each other on each network
  CompressionStage compression;
  std::optional<ChooseStage> choose;
  std::optional<HardwareStage> hardware;
  std::filesystem::path folder;  ///< that relative data and plugin paths were resolved against
  std::string source;            ///< the manifest's text with --set overrides applied, as stored in the study
};

}  // namespace nac::fw
