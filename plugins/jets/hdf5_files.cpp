// SPDX-License-Identifier: Apache-2.0
#include "hdf5_files.hpp"

#include <algorithm>
#include <array>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"

namespace jets {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kEnoughFiles = 10;

bool is_hdf5(const fs::path &path) { return path.extension() == ".h5" || path.extension() == ".hdf5"; }

void add_folder(const fs::path &folder, const std::string &prefix, Part part, std::vector<Hdf5File> &files) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) nac::fail(NAC_NOT_FOUND, "cannot list '" + folder.string() + "': " + error.message());
  for (const fs::directory_entry &entry : entries)
    if (is_hdf5(entry.path()) && entry.is_regular_file(error))
      files.push_back({entry.path(), prefix + entry.path().filename().string(), part});
}

uint64_t text_key(const std::string &text) {
  uint64_t key = text.size();
  for (const char c : text) key = nac::mix64(key ^ static_cast<unsigned char>(c));
  return key;
}

/// Gives one file in ten (at least one) of those that are `from` to `to`, chosen by the hash of their names.
void move_tenth(const std::vector<Hdf5File> &files, std::vector<Part> &parts, Part from, Part to) {
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == from) candidates.push_back(i);
  std::sort(candidates.begin(), candidates.end(), [&](std::size_t a, std::size_t b) {
    const uint64_t ka = text_key(files[a].name), kb = text_key(files[b].name);
    return ka != kb ? ka < kb : files[a].name < files[b].name;
  });
  const std::size_t count = std::max<std::size_t>(1, (candidates.size() + 5) / 10);
  for (std::size_t i = 0; i < count && i < candidates.size(); ++i) parts[candidates[i]] = to;
}

}  // namespace

SplitRule parse_split(const std::string &text) {
  if (text == "auto") return SplitRule::automatic;
  if (text == "folders") return SplitRule::folders;
  if (text == "file") return SplitRule::file;
  if (text == "event") return SplitRule::event;
  nac::invalid("split = '" + text + "'; accepted are auto, folders, file, event");
}

std::vector<Hdf5File> list_hdf5_files(const fs::path &path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return {{path, path.filename().string(), kOpen}};
  std::vector<Hdf5File> files;
  add_folder(path, "", kOpen, files);
  const std::array<std::pair<const char *, Part>, 4> folders{
      {{"train", kTrain}, {"val", kValidation}, {"validation", kValidation}, {"test", kTest}}};
  for (const auto &[name, part] : folders)
    if (fs::is_directory(path / name, error)) add_folder(path / name, std::string(name) + "/", part, files);
  if (files.empty())
    nac::fail(NAC_NOT_FOUND,
              "'" + path.string() + "' has no .h5 or .hdf5 file, neither itself nor in train/, val/ or test/");
  std::sort(files.begin(), files.end(), [](const Hdf5File &a, const Hdf5File &b) { return a.name < b.name; });
  return files;
}

std::vector<Part> assign_files(const std::vector<Hdf5File> &files, SplitRule rule, std::vector<std::string> &notes) {
  std::array<std::size_t, 3> in_folder{};
  std::size_t outside = 0;
  for (const Hdf5File &f : files) f.folder == kOpen ? ++outside : ++in_folder.at(f.folder);
  const bool folders_fit = in_folder[kTrain] > 0 && in_folder[kValidation] + in_folder[kTest] > 0 && outside == 0;
  if (rule == SplitRule::automatic)
    rule = folders_fit ? SplitRule::folders : files.size() >= kEnoughFiles ? SplitRule::file : SplitRule::event;
  std::vector<Part> parts(files.size(), kOpen);
  if (rule == SplitRule::event) {
    notes.emplace_back("split 80/10/10 by hash of the jets");
    return parts;
  }
  if (rule == SplitRule::file) {
    if (files.size() < 3)
      nac::invalid("split = 'file' needs at least 3 files; found " + std::to_string(files.size()) +
                   ". split = 'event' works with any number");
    std::fill(parts.begin(), parts.end(), kTrain);
    move_tenth(files, parts, kTrain, kTest);
    move_tenth(files, parts, kTrain, kValidation);
    notes.emplace_back("split by file, one in ten for validation, one in ten for test");
    return parts;
  }
  if (!folders_fit)
    nac::invalid("split = 'folders' needs files in train/ and in val/ or test/, and none beside them; found " +
                 std::to_string(in_folder[kTrain]) + " in train/, " + std::to_string(in_folder[kValidation]) +
                 " in val/, " + std::to_string(in_folder[kTest]) + " in test/, " + std::to_string(outside) +
                 " outside");
  for (std::size_t i = 0; i < files.size(); ++i) parts[i] = files[i].folder;
  if (in_folder[kValidation] > 0 && in_folder[kTest] > 0) {
    notes.emplace_back("split by the folders train/, val/ and test/");
    return parts;
  }
  for (Part &p : parts) p = p == kTrain ? kTrain : kTest;
  if (in_folder[kTrain] >= kEnoughFiles) {
    move_tenth(files, parts, kTrain, kValidation);
    notes.emplace_back("test is the other folder than train/; validation is one file in ten of train/");
  } else {
    notes.emplace_back("test is the other folder than train/; validation is one jet in ten of train/, by hash");
  }
  return parts;
}

}  // namespace jets
