// SPDX-License-Identifier: Apache-2.0
#include "task.hpp"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "data_io/cache.hpp"
#include "hdf5_source.hpp"
#include "metrics.hpp"
#include "model.hpp"
#include "npz_source.hpp"
#include "presets.hpp"
#include "synthetic.hpp"

namespace jets {
namespace {

namespace fs = std::filesystem;

PhiNorm parse_phi_norm(const std::string &text) {
  if (text == "feature") return PhiNorm::feature;
  if (text == "position") return PhiNorm::position;
  nac::invalid("phi_norm = '" + text + "'; accepted are feature, position");
}

/// The file that `path` means: itself, or the only .npz of a directory without HDF5 files.
std::optional<fs::path> find_npz(const fs::path &path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (path.extension() == ".npz") return path;
    return std::nullopt;
  }
  std::optional<fs::path> found;
  for (const fs::directory_entry &entry : fs::directory_iterator(path, error)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".h5" || extension == ".hdf5" || fs::is_directory(entry.path(), error)) return std::nullopt;
    if (extension != ".npz") continue;
    if (found) return std::nullopt;
    found = entry.path();
  }
  return found;
}

/// A folder that the user names must be one that can exist; whether it can be written shows when it is.
void check_cache_folder(const fs::path &folder) {
  std::error_code error;
  for (fs::path p = folder; !p.empty(); p = p.parent_path()) {
    if (fs::is_directory(p, error)) return;
    if (fs::exists(p, error))
      nac::invalid("cache = '" + folder.string() + "': '" + p.string() +
                   "' is no folder; accepted is a folder, which "
                   "is made when it is missing");
    if (p == p.parent_path()) return;
  }
}

JetTable read_files(const fs::path &path, Hdf5Options options) {
  std::error_code error;
  if (!fs::exists(path, error))
    nac::fail(NAC_NOT_FOUND, "data = '" + path.string() +
                                 "' does not exist; accepted are a directory of hls4ml LHC "
                                 "jet .h5 files, one such file, or a .npz file");
  if (const std::optional<fs::path> npz = find_npz(path))
    return read_npz_jets(*npz, options.constituents, options.min_pt);
  if (fs::is_regular_file(path, error) && path.extension() != ".h5" && path.extension() != ".hdf5")
    nac::invalid("data = '" + path.string() + "' is no .h5, .hdf5 or .npz file");
  options.path = path;
  return read_hdf5_jets(options);
}

}  // namespace

JetsTask::JetsTask(const nac::config &config)
    : constituents_(config.integer("constituents")),
      phi_norm_(parse_phi_norm(config.text("phi_norm"))),
      space_(config.boolean("output_activation")),
      data_path_(config.text_or("data", "")),
      seed_(static_cast<uint64_t>(config.integer("synthetic_seed"))),
      samples_(config.integer("samples")),
      min_pt_(config.number("min_pt")) {
  facts.input("constituents", {constituents_, kFeatures});
  facts.target("label", {}, nac::dtype_of<int64_t>::value);
  declare_metrics(facts);
  for (const Preset &p : presets()) facts.preset(p.name, p.summary);
  options_.scaling = parse_scaling(config.text("scaling"));
  if (config.has_numbers("scaling_constants")) options_.constants = from_constants(config.numbers("scaling_constants"));
  options_.max_train = static_cast<uint64_t>(config.integer("max_train"));
  options_.max_evaluation = static_cast<uint64_t>(config.integer("max_evaluation"));
  options_.min_pt = min_pt_;
  Hdf5Options files;
  files.constituents = constituents_;
  files.min_pt = min_pt_;
  files.split = parse_split(config.text("split"));
  files.cache = config.text_or("cache", "");
  check_cache_folder(files.cache);
  if (data_path_.empty()) return;
  if (files.cache.empty()) files.cache = nac::data_io::user_cache_folder("jets").value_or(fs::path());
  std::call_once(made_, [&] { dataset_ = make_dataset(read_files(data_path_, files), options_); });
}

const Dataset &JetsTask::data() {
  std::call_once(made_, [&] {
    SyntheticOptions synthetic;
    synthetic.seed = seed_;
    synthetic.samples = samples_;
    synthetic.constituents = constituents_;
    synthetic.min_pt = min_pt_;
    dataset_ = make_dataset(make_synthetic(synthetic), options_);
  });
  return dataset_;
}

void JetsTask::build(const nac::point_reader &point, nac::graph_builder &model) {
  build_model(space_.network(point), constituents_, phi_norm_, model);
}

void JetsTask::build_preset(const std::string &name, nac::graph_builder &model) {
  const Preset *preset = find_preset(name);
  if (preset == nullptr) {
    std::string known;
    for (const Preset &p : presets()) known += (known.empty() ? "" : ", ") + p.name;
    nac::fail(NAC_NOT_FOUND, "there is no preset '" + name + "'; accepted are " + known);
  }
  build_model(preset->net, constituents_, phi_norm_, model);
}

nac_value JetsTask::loss(nac::graph_builder &model) { return add_loss(model); }

void JetsTask::read(const std::string &split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                    nac_tensor **targets, const nac_call *) {
  const Samples &samples = data().split(split);
  const auto width = static_cast<std::size_t>(constituents_ * kFeatures);
  nac::owned_tensor<float> rows({static_cast<int64_t>(count), constituents_, kFeatures});
  nac::owned_tensor<int64_t> labels({static_cast<int64_t>(count)});
  for (uint64_t i = 0; i < count; ++i) {
    std::memcpy(rows.data() + i * width, samples.rows.data() + index[i] * width, width * sizeof(float));
    labels.data()[i] = samples.label[index[i]];
  }
  inputs[0] = rows.release();
  targets[0] = labels.release();
}

std::string JetsTask::fitted() {
  std::string json;
  for (const double value : to_constants(data().scaling)) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    json += (json.empty() ? "{\"scaling_constants\":[" : ",") + std::string(text);
  }
  return json + "]}";
}

std::unique_ptr<nac::metrics_run> JetsTask::metrics(const std::string &split) {
  parse_part(split);
  return make_metrics();
}

}  // namespace jets
