// SPDX-License-Identifier: Apache-2.0
#include "bragg/task.hpp"

#include <algorithm>

#include "bragg/metrics.hpp"
#include "bragg/presets.hpp"
#include "data_io/cache.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::bragg {
namespace {

task_options options_from(const config &c) {
  task_options o;
  o.data = c.text_or("data", "");
  o.peaks = c.text_or("peaks", "");
  o.cache = c.text_or("cache", "");
  o.use_cache = c.boolean("use_cache");
  o.shift = c.integer("shift");
  o.split.seed = static_cast<uint64_t>(c.integer("split_seed"));
  o.split.validation_fraction = o.synthetic.validation_fraction = c.number("validation_fraction");
  o.split.test_fraction = o.synthetic.test_fraction = c.number("test_fraction");
  o.split.usable_only = c.boolean("usable_only");
  o.split.whole_frames = c.boolean("whole_frames");
  o.synthetic.samples = static_cast<uint64_t>(c.integer("synthetic_samples"));
  o.synthetic.seed = static_cast<uint64_t>(c.integer("synthetic_seed"));
  o.synthetic.difficulty = c.number("difficulty");
  o.max_parameters = c.integer("max_parameters");
  o.output_activation = c.boolean("output_activation");
  return o;
}

/// The one file in a folder whose name starts and ends like this; empty: none.
std::filesystem::path only_match(const std::filesystem::path &folder, const std::string &start) {
  std::filesystem::path found;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string(), extension = entry.path().extension().string();
    if (!name.starts_with(start) || (extension != ".hdf5" && extension != ".h5")) continue;
    if (!found.empty())
      invalid("folder '" + folder.string() + "' has several " + start + "*.hdf5 files; name one in 'data' and 'peaks'");
    found = entry.path();
  }
  return found;
}

bool has_patch_files(const std::filesystem::path &folder) {
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".npz") return true;
  return false;
}

std::filesystem::path cache_folder(const task_options &o) {
  if (!o.use_cache) return {};
  if (!o.cache.empty()) return o.cache;
  return data_io::user_cache_folder("bragg").value_or("");
}

dataset load(const task_options &o) {
  std::error_code ec;
  if (!std::filesystem::exists(o.data, ec))
    throw failure(NAC_NOT_FOUND, "data: '" + o.data.string() + "' does not exist" + (ec ? ": " + ec.message() : ""));
  std::filesystem::path frames = o.data, peaks = o.peaks;
  const bool folder = std::filesystem::is_directory(o.data);
  if (folder ? has_patch_files(o.data) : o.data.extension() == ".npz") {
    if (!peaks.empty()) invalid("peaks: '" + peaks.string() + "' belongs to a frames file; 'data' names patch files");
    return load_patch_files(o.data, o.split);
  }
  if (folder) {
    frames = only_match(o.data, "frames");
    if (frames.empty())
      throw failure(NAC_NOT_FOUND,
                    "data: folder '" + o.data.string() + "' has neither .npz patch files nor a frames*.hdf5 file");
    if (peaks.empty()) peaks = only_match(o.data, "peaks");
  }
  if (peaks.empty())
    invalid("data: '" + frames.string() +
            "' is taken for a file of frames, which needs 'peaks', the file of fitted peaks");
  return load_frames(frames, peaks, o.split, cache_folder(o));
}

}  // namespace

bragg_task::bragg_task(const config &c) : bragg_task(options_from(c)) {}

bragg_task::bragg_task(const task_options &options) : options_(options), space_(options.output_activation) {
  if (options_.shift < 0 || options_.shift > kMaxShift)
    invalid("shift is " + std::to_string(options_.shift) + "; accepted are 0 to " + std::to_string(kMaxShift) + " px");
  if (options_.split.validation_fraction + options_.split.test_fraction >= 1)
    invalid("validation_fraction and test_fraction leave nothing for training");
  if (options_.use_cache && !options_.cache.empty()) {
    // A folder that was asked for must work; the default one may fail with a warning.
    std::error_code ec;
    std::filesystem::create_directories(options_.cache, ec);
    if (!std::filesystem::is_directory(options_.cache))
      invalid("cache: folder '" + options_.cache.string() + "' cannot be made" + (ec ? ": " + ec.message() : ""));
  }
  facts.flags = options_.shift > 0 ? static_cast<uint32_t>(NAC_TASK_AUGMENTS) : 0U;
  facts.input("patch", {1, kCrop, kCrop});
  facts.target("center", {2});
  facts.metric("mean_distance", "px", -1, "mean distance between predicted and fitted position");
  facts.metric("median_distance", "px", -1, "median of the distances");
  facts.metric("p95_distance", "px", -1, "95th percentile of the distances");
  for (const preset &p : presets())
    facts.preset(p.name, p.summary + "; " + std::to_string(p.parameters) + " parameters");
  if (synthetic()) {
    if (!options_.peaks.empty()) invalid("peaks: '" + options_.peaks.string() + "' needs 'data', the file of frames");
    return;
  }
  data_ = load(options_);
  uint64_t total = 0;
  for (const patch_set &s : data_.splits) total += s.size();
  if (total == 0)
    throw failure(NAC_NOT_FOUND, "data: '" + options_.data.string() + "' has no usable patch\n" + data_.about);
}

const patch_set &bragg_task::samples(split_id split) {
  // Generated on first use: listing and describing the task should not wait for it.
  if (synthetic())
    std::call_once(generated_[split], [&] { data_.splits[split] = make_synthetic(options_.synthetic, split); });
  return data_.splits[split];
}

void bragg_task::space(space_writer &space) { space_.write(space); }

void bragg_task::build(const point_reader &point, graph_builder &model) {
  const architecture a = space_.decode(point);
  check_feasible(a, options_.max_parameters);
  build_network(a, model);
}

void bragg_task::build_preset(const std::string &name, graph_builder &model) {
  build_network(find_preset(name).network, model);
}

nac_value bragg_task::loss(graph_builder &model) {
  const nac_value prediction = host().graph().output_at(model.raw(), 0);
  const nac_value difference = model.node("Sub", {prediction, model.input("center", {2})});
  return model.node("ReduceMean", {model.node("Mul", {difference, difference})},
                    {{"axes", std::vector<int64_t>{0, 1}}, {"keepdims", int64_t{0}}});
}

uint64_t bragg_task::size(const std::string &split) {
  const split_id s = split_of(split);
  return synthetic() ? synthetic_size(options_.synthetic, s) : data_.splits[s].size();
}

void bragg_task::read(const std::string &split, const uint64_t *index, uint64_t count, nac_tensor **inputs,
                      nac_tensor **targets, const nac_call *call) {
  const split_id s = split_of(split);
  const patch_set &set = samples(s);
  const int shift = s == kTrain ? static_cast<int>(options_.shift) : 0;
  if (shift > 0 && call == nullptr) invalid("reading shifted training samples needs a call with a random stream");
  owned_tensor<float> patch({static_cast<int64_t>(count), 1, kCrop, kCrop}), center({static_cast<int64_t>(count), 2});
  const auto choices = static_cast<uint64_t>(2 * shift + 1);
  for (uint64_t i = 0; i < count; ++i) {
    int row = 0, column = 0;
    if (shift > 0) {
      // One draw for both axes, so that a sample takes one number off the stream.
      const uint64_t outcome = rng(call).below(choices * choices);
      row = static_cast<int>(outcome / choices) - shift;
      column = static_cast<int>(outcome % choices) - shift;
    }
    set.read(index[i], row, column, patch.data() + i * kCropPixels, center.data() + 2 * i);
  }
  inputs[0] = patch.release();
  targets[0] = center.release();
}

std::unique_ptr<metrics_run> bragg_task::metrics(const std::string &split) {
  split_of(split);
  return std::make_unique<distance_metrics>();
}

std::string bragg_task::describe() {
  std::string text = "Bragg peak positions: 11 x 11 patches scaled to [0, 1], target (column, row) / 11\n";
  if (synthetic())
    text += "synthetic pseudo-Voigt peaks, seed " + std::to_string(options_.synthetic.seed) + ", difficulty " +
            std::to_string(options_.synthetic.difficulty).substr(0, 4) + "\n";
  text += data_.about + "samples:";
  for (const char *split : kSplitNames) text += std::string(" ") + split + " " + std::to_string(size(split));
  return text + "\ntraining shift: " + std::to_string(options_.shift) + " px along each axis\n";
}

std::string bragg_task::fingerprint() {
  // The version counts changes in how a sample comes about (cropping, scaling, generator).
  data_io::hasher hash;
  hash.text("bragg samples 3").integer(options_.shift);
  if (synthetic()) {
    const synthetic_options &o = options_.synthetic;
    hash.integer(static_cast<int64_t>(o.samples)).integer(static_cast<int64_t>(o.seed)).number(o.difficulty);
    hash.number(o.validation_fraction).number(o.test_fraction);
  } else {
    for (const patch_set &s : data_.splits) {
      hash.integer(static_cast<int64_t>(s.size()));
      hash.bytes(s.windows().data(), s.windows().size() * sizeof(float));
      hash.bytes(s.fractions().data(), s.fractions().size() * sizeof(float));
    }
  }
  return "bragg " + hash.hex();
}

}  // namespace nac::bragg
