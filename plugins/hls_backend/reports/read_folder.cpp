// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hls_backend/reports/report_values.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

namespace fs = std::filesystem;
using reader = void (*)(std::string_view, report_values &);
using paths = std::vector<fs::path>;

bool ends_with(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Reports below `root`, by what they are; submodules of C-synthesis included.
struct found {
  paths summary_xml, module_xml, module_text, summary_text, cosim, vsynth, utilization, exported;
};

found look(const fs::path &root) {
  std::error_code error;
  if (!fs::is_directory(root, error))
    throw failure(NAC_NOT_FOUND, "there is no folder '" + root.string() + "' with reports");
  found all;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (auto at = fs::recursive_directory_iterator(root, skip, error); at != fs::recursive_directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (at->is_directory(error)) {
      if (name[0] == '.') at.disable_recursion_pending();
      continue;
    }
    if (name == "csynth.xml") all.summary_xml.push_back(at->path());
    if (ends_with(name, "_csynth.xml")) all.module_xml.push_back(at->path());
    if (ends_with(name, "_csynth.rpt")) all.module_text.push_back(at->path());
    if (name == "csynth.rpt") all.summary_text.push_back(at->path());
    if (ends_with(name, "_cosim.rpt")) all.cosim.push_back(at->path());
    if (name == "vivado_synth.rpt") all.vsynth.push_back(at->path());
    if (ends_with(name, "_utilization_synth.rpt")) all.utilization.push_back(at->path());
    if (ends_with(name, "_export.rpt") || name == "export_syn.rpt" || name == "export_impl.rpt")
      all.exported.push_back(at->path());
  }
  for (paths *list : {&all.summary_xml, &all.module_xml, &all.module_text, &all.summary_text, &all.cosim, &all.vsynth,
                      &all.utilization, &all.exported})
    std::sort(list->begin(), list->end());
  return all;
}

std::string listed(const paths &list) {
  std::string text;
  for (std::size_t i = 0; i < list.size() && i < 4; ++i) text += (i == 0 ? "" : ", ") + list[i].string();
  return text + (list.size() > 4 ? ", ..." : "");
}

/// The one of a kind. Several are several projects, or several runs of one: which is meant has to be said.
fs::path single(const paths &list) {
  if (list.size() > 1)
    throw failure(NAC_INVALID_ARGUMENT,
                  "the folder holds reports of several projects or solutions; name the folder of one: " + listed(list));
  return list.front();
}

/// Of modules in one folder, the top: the only one, the one of that name, or the one after which a folder above is
/// named.
fs::path top_of(const paths &list, const std::string &top) {
  paths named;
  for (const fs::path &path : list) {
    const std::string stem = path.stem().string(), module = stem.substr(0, stem.size() - 7);
    bool is_top = list.size() == 1 || (!top.empty() && module == top);
    for (fs::path above = path.parent_path(); top.empty() && above.has_relative_path(); above = above.parent_path())
      is_top = is_top || above.filename() == module || above.filename() == module + "_prj";
    if (is_top) named.push_back(path);
  }
  if (named.empty())
    throw failure(NAC_INVALID_ARGUMENT, "which of these modules is the top? Leave only its report: " + listed(list));
  return single(named);
}

void read_one(const fs::path &root, const fs::path &path, reader read, report_values &values) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    if (!file) throw failure(NAC_DATA_LOSS, "cannot be read");
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) throw failure(NAC_DATA_LOSS, "empty");
    read(text, values);
  } catch (const failure &e) {
    throw failure(e.status(), "report '" + path.string() + "': " + e.what());
  }
  values.files.push_back(path.lexically_relative(root).generic_string());
}

}  // namespace

report_values read_report_folder(const std::string &folder) {
  const fs::path root = fs::path(folder).lexically_normal();
  const found all = look(root);
  report_values values;
  if (!all.summary_xml.empty())
    read_one(root, single(all.summary_xml), read_csynth_xml, values);
  else if (!all.module_xml.empty())
    read_one(root, top_of(all.module_xml, ""), read_csynth_xml, values);
  else if (!all.module_text.empty())
    read_one(root, top_of(all.module_text, ""), read_csynth_text, values);
  else if (!all.summary_text.empty())
    read_one(root, single(all.summary_text), read_csynth_text, values);
  if (!all.cosim.empty()) read_one(root, top_of(all.cosim, ""), read_cosim, values);
  if (!all.vsynth.empty())
    read_one(root, single(all.vsynth), read_utilization, values);
  else if (!all.utilization.empty())
    read_one(root, single(all.utilization), read_utilization, values);
  // Implementation after synthesis alone, where the tools left both.
  if (!all.exported.empty()) {
    const auto placed = std::find_if(all.exported.begin(), all.exported.end(),
                                     [](const fs::path &p) { return p.filename() == "export_impl.rpt"; });
    read_one(root, placed != all.exported.end() ? *placed : single(all.exported), read_export, values);
  }
  if (values.files.empty())
    throw failure(
        NAC_NOT_FOUND,
        "no report below '" + root.string() +
            "': looked for csynth.xml, *_csynth.xml, *_csynth.rpt, csynth.rpt, *_cosim.rpt, vivado_synth.rpt, "
            "*_utilization_synth.rpt, *_export.rpt");
  std::sort(values.files.begin(), values.files.end());
  return values;
}

}  // namespace nac::hls
