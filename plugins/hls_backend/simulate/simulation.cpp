// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/simulation.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hls_backend/simulate/compiler.hpp"
#include "hls_backend/simulate/library_cache.hpp"
#include "hls_backend/simulate/process.hpp"
#include "hls_backend/simulate/sha256.hpp"
#include "nac/cpp/host.hpp"

namespace nac::hls {
namespace {

namespace fs = std::filesystem;
using simulate_function = int (*)(const float *const *, double *const *, unsigned long long);

/// What the compilation reads of the project.
bool is_read(const file &f, const std::string &project) {
  return f.path.rfind("firmware/", 0) == 0 || f.path == project + "_bridge.cpp";
}

std::string read_text(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Headers of another make: they are not the project's, but the result depends on them.
void add_folder(sha256 &hash, const std::string &folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw failure(NAC_INVALID_ARGUMENT, "parameter 'ap_types': '" + folder + "' is no folder");
  std::vector<fs::path> paths;
  for (const auto &item : fs::recursive_directory_iterator(folder, error))
    if (item.is_regular_file(error)) paths.push_back(item.path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path &path : paths) hash.text(path.lexically_relative(folder).string()).text(read_text(path));
}

void write_project(const std::vector<const file *> &files, const std::string &folder) {
  for (const file *f : files) {
    const fs::path path = fs::path(folder) / f->path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << f->bytes;
    out.close();
    if (!out) throw failure(NAC_RESOURCE_EXHAUSTED, "cannot write '" + path.string() + "': is the disk full?");
  }
}

}  // namespace

struct simulation::state {
  void *library = nullptr;
  simulate_function function = nullptr;
  std::vector<int64_t> input_sizes, output_sizes;
  ~state() {
    if (library != nullptr) dlclose(library);
  }

  /// Whether it could be loaded; the reason otherwise.
  bool load(const std::string &path, std::string &why) {
    library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char *text = dlerror();
      why = text != nullptr ? text : "no reason given";
      return false;
    }
    function = reinterpret_cast<simulate_function>(dlsym(library, "nac_simulate"));
    if (function != nullptr) return true;
    why = "'" + path + "' has no function nac_simulate";
    return false;
  }
};

simulation::simulation(const std::vector<file> &files, const model &m, const work &call)
    : state_(std::make_unique<state>()) {
  for (const int i : m.inputs) state_->input_sizes.push_back(m.tensors[static_cast<std::size_t>(i)].size);
  for (const int i : m.outputs) state_->output_sizes.push_back(m.tensors[static_cast<std::size_t>(i)].size);

  const std::string &project = m.how.project;
  std::vector<const file *> read;
  std::size_t source_bytes = 0;
  for (const file &f : files)
    if (is_read(f, project)) {
      read.push_back(&f);
      if (f.path.rfind("firmware/ap_types/", 0) != 0) source_bytes += f.bytes.size();
    }
  std::sort(read.begin(), read.end(), [](const file *a, const file *b) { return a->path < b->path; });

  const library_cache cache(m.how.cache);
  // Below the cache, so that the result is renamed into it whatever file systems there are.
  const private_folder folder(cache.folder(), kBuildPrefix);
  const compiler cxx = find_compiler(folder.path(), call);
  std::vector<std::string> words = cxx.words;
  for (const std::string &flag : simulation_flags(cxx, source_bytes)) words.push_back(flag);

  sha256 hash;
  hash.text("1");  // of what follows: raise it when the meaning of an entry changes
  for (const std::string &word : words) hash.text(word);
  hash.text(cxx.version).text(project);
  for (const file *f : read) hash.text(f->path).text(f->bytes);
  if (!m.how.ap_types.empty()) add_folder(hash.text("ap_types"), m.how.ap_types);
  const std::string key = hash.hex();

  std::string why;
  if (const auto found = cache.find(key); found && state_->load(*found, why)) return;

  write_project(read, folder.path());
  const std::string library = folder.path() + "/simulation.so", log = folder.path() + "/compile.log";
  words.push_back("-I" + (m.how.ap_types.empty() ? "firmware/ap_types" : fs::absolute(m.how.ap_types).string()));
  words.insert(words.end(), {project + "_bridge.cpp", "firmware/" + project + ".cpp", "-o", library});
  // The C locale: messages are searched for the first error.
  const int status = nac::hls::run({words, folder.path(), log, {"LC_ALL=C"}, "compiling the simulation"}, call);
  if (status != 0) {
    const std::string kept = cache.keep_log(key, log);
    throw failure(NAC_INTERNAL, "the generated project does not compile (status " + std::to_string(status) +
                                    "): " + first_error(read_text(kept)) + "; the whole output is in " + kept);
  }
  // Loaded before it moves: what is in the cache may be taken away at any time, by a process that fills it.
  const bool loaded = state_->load(library, why);
  if (loaded) {
    cache.insert(key, library);
    return;
  }
  throw failure(NAC_INTERNAL, "the compiled simulation cannot be loaded: " + why);
}

simulation::~simulation() = default;

std::vector<std::vector<double>> simulation::run(const std::vector<const float *> &inputs, int64_t rows,
                                                 const work &call) const {
  if (inputs.size() != state_->input_sizes.size())
    throw failure(NAC_INVALID_ARGUMENT, "the simulation was given " + std::to_string(inputs.size()) +
                                            " inputs; the network has " + std::to_string(state_->input_sizes.size()));
  std::vector<std::vector<double>> outputs;
  for (const int64_t size : state_->output_sizes) outputs.emplace_back(static_cast<std::size_t>(rows * size));
  if (rows <= 0) return outputs;

  // Small enough to spread evenly and to be cancelled soon, large enough that a call costs nothing.
  const int64_t chunk = std::clamp<int64_t>(rows / 64, 16, 1024);
  const auto count = static_cast<uint64_t>((rows + chunk - 1) / chunk);
  host().parallel(count, [&](uint64_t i) {
    if (call.cancelled()) throw failure(NAC_CANCELLED, "the simulation was cancelled");
    const int64_t first = static_cast<int64_t>(i) * chunk, size = std::min(chunk, rows - first);
    std::vector<const float *> in(inputs.size());
    std::vector<double *> out(outputs.size());
    for (std::size_t t = 0; t < in.size(); ++t) in[t] = inputs[t] + first * state_->input_sizes[t];
    for (std::size_t t = 0; t < out.size(); ++t) out[t] = outputs[t].data() + first * state_->output_sizes[t];
    const int status = state_->function(in.data(), out.data(), static_cast<unsigned long long>(size));
    if (status != 0)
      throw failure(NAC_INTERNAL, "the simulation failed with status " + std::to_string(status) + " in rows " +
                                      std::to_string(first) + " to " + std::to_string(first + size - 1));
  });
  return outputs;
}

}  // namespace nac::hls
