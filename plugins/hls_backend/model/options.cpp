// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>

namespace nac::hls {
namespace {

constexpr int kMostReuse = 1 << 24;

template <class T>
T one_of(const std::string &key, const std::string &text, std::initializer_list<T> values) {
  std::string accepted;
  for (const T value : values) {
    if (text == name_of(value)) return value;
    accepted += (accepted.empty() ? "" : ", ") + std::string(name_of(value));
  }
  throw failure(NAC_INVALID_ARGUMENT, key + " is '" + text + "'; accepted are " + accepted);
}

strategy read_strategy(const std::string &key, const std::string &text) {
  return one_of(key, text, {strategy::latency, strategy::resource, strategy::distributed_arithmetic});
}

int whole(const std::string &key, const std::string &text) {
  int value = 0;
  const char *last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, value);
  if (read.ec != std::errc() || read.ptr != last || value < 1 || value > kMostReuse)
    throw failure(NAC_INVALID_ARGUMENT, key + " is '" + text + "'; whole numbers from 1 are accepted");
  return value;
}

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\n"), last = text.find_last_not_of(" \t\n");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// "fc1.reuse_factor=4": the name of a layer may have dots of its own.
void read_layer(const std::string &entry, std::map<std::string, layer_options> &layers) {
  const auto equals = entry.find('='), dot = entry.rfind('.', equals);
  if (equals == std::string::npos || dot == std::string::npos || dot == 0)
    throw failure(NAC_INVALID_ARGUMENT, "layers: '" + entry +
                                            "' is not LAYER.KEY=VALUE, for example fc1.reuse_factor=4, "
                                            "conv1.strategy=resource; several are separated by commas");
  const std::string key = trimmed(entry.substr(dot + 1, equals - dot - 1)), value = trimmed(entry.substr(equals + 1));
  const std::string where = "layers: " + entry.substr(0, equals);
  layer_options &own = layers[trimmed(entry.substr(0, dot))];
  if (key == "strategy")
    own.how = read_strategy(where, value);
  else if (key == "reuse_factor")
    own.reuse_factor = whole(where, value);
  else if (key == "parallelization_factor")
    own.parallelization_factor = whole(where, value);
  else
    throw failure(NAC_INVALID_ARGUMENT, "layers: '" + entry + "' sets '" + key +
                                            "'; a layer has strategy, reuse_factor and parallelization_factor");
}

std::map<std::string, layer_options> read_layers(const std::string &text) {
  std::map<std::string, layer_options> layers;
  for (std::size_t first = 0; first < text.size();) {
    const std::size_t comma = std::min(text.find(',', first), text.size());
    const std::string entry = trimmed(text.substr(first, comma - first));
    if (!entry.empty()) read_layer(entry, layers);
    first = comma + 1;
  }
  return layers;
}

std::string read_project(const std::string &name) {
  bool good = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 && name.size() <= 64;
  for (const char c : name) good = good && (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_');
  if (!good)
    throw failure(NAC_INVALID_ARGUMENT,
                  "project_name is '" + name + "'; a letter and then letters, digits and '_' are accepted");
  return name;
}

/// Empty, or a folder that has the vendor's types.
std::string read_ap_types(const std::string &folder) {
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::exists(std::filesystem::path(folder) / "ap_fixed.h", ignored))
    throw failure(NAC_INVALID_ARGUMENT, "ap_types: there is no ap_fixed.h in '" + folder +
                                            "'; the include folder of Vitis HLS or of its ap_types is accepted");
  return folder;
}

/// Empty, or a folder that is there or can be made: what is there of its path is folders.
std::string read_cache(const std::string &folder) {
  std::error_code ignored;
  std::filesystem::path there = folder;
  while (!there.empty() && there != there.root_path() && !std::filesystem::exists(there, ignored))
    there = there.parent_path();
  if (!there.empty() && !std::filesystem::is_directory(there, ignored))
    throw failure(NAC_INVALID_ARGUMENT, "cache: '" + there.string() + "' is no folder");
  return folder;
}

}  // namespace

const char *name_of(io_type value) { return value == io_type::parallel ? "io_parallel" : "io_stream"; }

const char *name_of(strategy value) {
  switch (value) {
    case strategy::latency: return "latency";
    case strategy::resource: return "resource";
    case strategy::distributed_arithmetic: return "distributed_arithmetic";
  }
  return "";
}

options read_options(const config &config) {
  options o;
  o.project = read_project(config.text("project_name"));
  o.target = find_part(config.text("part"));
  o.io = one_of("io_type", config.text("io_type"), {io_type::parallel, io_type::stream});
  o.how = read_strategy("strategy", config.text("strategy"));
  o.reuse_factor = static_cast<int>(config.integer("reuse_factor"));
  o.parallelization_factor = static_cast<int>(config.integer("parallelization_factor"));
  o.clock_period_ns = config.number("clock_period_ns");
  o.clock_uncertainty = config.number("clock_uncertainty");
  o.assumed_bits = static_cast<int>(config.integer("assumed_bits"));
  o.ap_types = read_ap_types(config.text_or("ap_types", ""));
  o.cache = read_cache(config.text_or("cache", ""));
  o.layers = read_layers(config.text("layers"));
  return o;
}

}  // namespace nac::hls
