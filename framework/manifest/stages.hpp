// SPDX-License-Identifier: Apache-2.0
//
// The stages after the search, as a manifest asks for them.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/recipe.hpp"
#include "services/config.hpp"
#include "study/published.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

/// A plugin named by the manifest with the parameters it was given (not yet checked against its descriptor).
struct PluginChoice {
  std::string plugin;  ///< id or short name
  std::map<std::string, ConfigValue> parameters;
};

/// Which networks of a search a stage works on. All empty: those of the size classes, without such the front, of which
/// the kMostCandidates with the best first metric.
struct CandidateChoice {
  std::vector<uint64_t> trials;
  std::vector<std::string> classes;  ///< names of [select] classes
  std::vector<std::string> presets;  ///< that the search trained
  bool empty() const { return trials.empty() && classes.empty() && presets.empty(); }
};
inline constexpr std::size_t kMostCandidates = 4;

/// Keys of a recipe that replace those of another one.
struct RecipeChange {
  Recipe values;
  std::set<std::string> keys;  ///< of `values` that were given, by their manifest names
  Recipe over(Recipe base) const;
};

/// What tunes when the manifest does not say: recipes are few dimensions of mixed kinds, measured with noise.
inline constexpr const char *kDefaultTuner = "tpe";

struct TuneStage {
  PluginChoice strategy;
  CandidateChoice candidates;
  uint64_t trials = 50;  ///< recipes for each network
  int parallel = 0;      ///< trainings at a time; 0: one per core
  uint32_t lookahead = 8;
  Recipe base;  ///< [search.train], with the epochs of [tune]
  /// Low and high, both inclusive; equal: fixed. A weight decay from 0 is linear, all else logarithmic.
  struct Range {
    double low = 0, high = 0;
    bool fixed() const { return low == high; }
  };
  Range learning_rate{1e-4, 3e-2}, weight_decay{1e-6, 1e-2};
  std::vector<int> batch_size{64, 128, 256, 512, 1024, 2048};  ///< ascending
  std::vector<Optimizer> optimizer{Optimizer::adam, Optimizer::adamw, Optimizer::sgd, Optimizer::rmsprop};
  std::vector<Schedule> schedule{Schedule::constant, Schedule::cosine, Schedule::step};
};

/// What `nac tune` does where the manifest has no [tune].
TuneStage default_tune(const Recipe &search_train);

/// One [[compress]]: a pass with its parameters.
struct CompressPass {
  PluginChoice pass;
  /// Parameters that the plugin declares as one value and the manifest gives several of: one chain for each.
  std::map<std::string, std::vector<ConfigValue>> grid;
  bool takes_full_grid = false;  ///< declares a parameter of that name
};

struct CompressionStage {
  CandidateChoice candidates;
  RecipeChange train;  ///< over the tuned recipe of the network, without such over [search.train]
  Recipe base;         ///< [search.train]
  int parallel = 0;    ///< trainings at a time; 0: one per core
  bool full_grid = false;
  /// Chains that differ in a parameter named bits run from many to few: each starts from the weights that the first
  /// training of the next wider one gave.
  bool warm_start = true;
};

enum class ChooseRule { lexi, knee, budget };
const char *name_of(ChooseRule rule);
bool parse(const std::string &text, ChooseRule &out);
const std::vector<std::string> &choose_rule_names();

struct ChooseStage {
  ChooseRule rule = ChooseRule::knee;
  double delta = 0.02;  ///< of the first metric, relative to the best: what a smaller network may lose
  std::optional<Constraint> budget;
  int seeds = 3;  ///< retrainings of the pick
};

/// What builds when neither the manifest nor the command line says.
inline constexpr const char *kDefaultBackend = "hls";

/// Parameters of a plugin, some of which are dimensions of the search.
struct SearchedParameters {
  PluginChoice choice;                                     ///< what does not change
  std::map<std::string, std::vector<ConfigValue>> values;  ///< of each dimension; numbers ascending
  std::string prefix;                                      ///< "qat.", of the dimensions; known once the plugin is
  std::string table;                                       ///< that names the values, for messages
};

/// [hardware]: which networks a backend makes projects of, and what of its costs the search sees.
struct HardwareStage {
  PluginChoice backend;
  CandidateChoice candidates;  ///< the best compressed point of each; empty: the chosen one, without [choose] the best
  uint64_t vectors = 5000;     ///< that the proof runs
  bool build = false;          ///< run the vendor's tools
  /// Parameters of the backend that are dimensions of the search, and their values; numbers ascending.
  std::map<std::string, std::vector<ConfigValue>> searched;
  std::vector<PublishedRow> published;  ///< shown beside the figures of the same networks
  std::string prefix;                   ///< "hls.", of those dimensions and of the quantities; known once the plugin is
  std::vector<Quantity> quantities;     ///< of the backend, with the prefix
};

}  // namespace nac::fw
