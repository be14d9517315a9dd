// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/part.hpp"

#include <algorithm>
#include <cctype>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

struct entry {
  const char *alias;
  const char *prefix;  ///< of full part names
  part device;
};

/// Of AMD's data sheets DS962 (Alveo U200 and U250), DS890 (UltraScale+ overview) and DS190 (Zynq-7000).
const entry kParts[] = {
    {"u250", "xcu250-", {"xcu250-figd2104-2L-e", 1728000, 3456000, 12288, 5376, 1280, 4}},
    {"vu13p", "xcvu13p-", {"xcvu13p-flga2577-2-e", 1728000, 3456000, 12288, 5376, 1280, 4}},
    {"u200", "xcu200-", {"xcu200-fsgd2104-2-e", 1182240, 2364480, 6840, 4320, 960, 3}},
    {"vu9p", "xcvu9p-", {"xcvu9p-flga2104-2L-e", 1182240, 2364480, 6840, 4320, 960, 3}},
    {"ku115", "xcku115-", {"xcku115-flvb2104-2-i", 663360, 1326720, 5520, 4320, 0, 2}},
    {"pynq-z2", "xc7z020", {"xc7z020clg400-1", 53200, 106400, 220, 280, 0, 1}},
};

bool looks_like_part(const std::string &name) {
  return name.size() > 8 && name.compare(0, 2, "xc") == 0 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }) &&
         std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

part find_part(const std::string &name) {
  std::string accepted;
  for (const entry &e : kParts) {
    if (name == e.alias) return e.device;
    if (looks_like_part(name) && name.compare(0, std::string(e.prefix).size(), e.prefix) == 0) {
      part found = e.device;
      found.name = name;
      return found;
    }
    accepted += std::string(e.alias) + ", ";
  }
  if (!looks_like_part(name))
    throw failure(NAC_INVALID_ARGUMENT, "part: there is no part '" + name + "'; accepted are " + accepted +
                                            "or a full name such as xcvu13p-flga2577-2-e");
  part unknown;
  unknown.name = name;
  return unknown;
}

}  // namespace nac::hls
