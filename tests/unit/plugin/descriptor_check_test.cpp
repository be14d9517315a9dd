// SPDX-License-Identifier: Apache-2.0
#include "plugin/descriptor_check.hpp"

#include <catch2/catch.hpp>

#include "nac/cpp/plugin.hpp"
#include "nac/task.h"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

nac_descriptor sane() {
  return nac::describe(NAC_KIND_TASK, "org.example.a", "A", "Example", "1.0.0", "Apache-2.0", "one line");
}
std::string only_problem(const nac_descriptor &d) {
  const auto all = descriptor_problems(d);
  REQUIRE(all.size() == 1);
  return all[0].what;
}
std::string param_problem(const nac_param &param) {
  const nac_param *const list[] = {&param};
  nac_descriptor d = sane();
  d.param_count = 1;
  d.params = list;
  return only_problem(d);
}

}  // namespace

TEST_CASE("ids are reverse DNS") {
  CHECK(id_problem("org.example.my-task_2").empty());
  for (const char *id : {"", "jets", ".a", "a.", "a..b", "Org.example", "a b.c", "a/b.c"}) {
    INFO(id);
    CHECK_FALSE(id_problem(id).empty());
  }
}

TEST_CASE("versions are semantic") {
  for (const char *version : {"0.0.0", "1.2.3", "10.20.30-rc.1", "1.0.0+build"})
    CHECK(version_problem(version).empty());
  for (const char *version : {"", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "01.2.3", "1.2.3-", "1..3"}) {
    INFO(version);
    CHECK_FALSE(version_problem(version).empty());
  }
}

TEST_CASE("each member of a descriptor is checked") {
  CHECK(descriptor_problems(sane()).empty());
  nac_descriptor d = sane();
  d.struct_size = 40;
  CHECK_THAT(only_problem(d), Contains("struct_size is 40"));
  d = sane();
  d.id = nullptr;
  CHECK_THAT(only_problem(d), Contains("id is NULL"));
  d = sane();
  d.vendor = "";
  CHECK_THAT(only_problem(d), Contains("vendor is empty"));
  d = sane();
  d.summary = "two\nlines";
  CHECK_THAT(only_problem(d), Contains("summary contains control characters"));
  d = sane();
  d.name = "\xff";
  CHECK_THAT(only_problem(d), Contains("name is not UTF-8"));
  d = sane();
  d.threads = 3;
  CHECK_THAT(only_problem(d), Contains("threads is 3"));
  d = sane();
  d.param_count = 2;
  CHECK_THAT(only_problem(d), Contains("params is NULL"));
  d.param_count = 4000000000u;
  CHECK_THAT(only_problem(d), Contains("4000000000 parameters"));
}

TEST_CASE("each member of a parameter is checked") {
  nac_param p = nac::parameter(NAC_PARAM_INTEGER, "n", "number", "3", "[1, 5]");
  p.struct_size = 8;
  CHECK_THAT(param_problem(p), Contains("struct_size 8"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_INTEGER, "Big N", "")), Contains("lower-case"));
  CHECK_THAT(param_problem(nac::parameter(9, "n", "")), Contains("unknown type 9"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_INTEGER, "n", "", "0", "[1, 5]")),
             Contains("default") && Contains("between 1 and 5"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_INTEGER, "n", "", "abc")), Contains("is no value"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_INTEGER, "n", "", "1.5")), Contains("an integer"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_INTEGER, "n", "", nullptr, "1..5")), Contains("brackets"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_TEXT, "n", "", nullptr, "[1, 5]")), Contains("must be a set"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_BOOLEAN, "n", "", nullptr, "{a}")), Contains("boolean has none"));
  CHECK_THAT(param_problem(nac::parameter(NAC_PARAM_TEXT, nullptr, "")), Contains("is NULL"));
  const nac_param n = nac::parameter(NAC_PARAM_INTEGER, "n", "");
  const nac_param *const twice[] = {&n, &n};
  nac_descriptor d = sane();
  d.param_count = 2;
  d.params = twice;
  CHECK_THAT(only_problem(d), Contains("declared twice"));
  const nac_param *const hole[] = {&n, nullptr};
  d.params = hole;
  CHECK_THAT(only_problem(d), Contains("parameter 1 is NULL"));
}

TEST_CASE("an endless list of descriptors is noticed") {
  const nac_descriptor d = sane();
  const std::vector<const nac_descriptor *> endless(1001, &d);
  nac_plugin plugin{};
  plugin.struct_size = sizeof plugin;
  plugin.descriptors = endless.data();
  CHECK_THAT(validate_descriptors(plugin).back().what, Contains("no NULL"));
}

TEST_CASE("an entry is checked in the order of the ABI") {
  nac_plugin p{};
  CHECK_THAT(entry_problem(p, 0), Contains("struct_size is 0"));
  p.struct_size = 1u << 20;  // longer than we know is fine
  CHECK_THAT(entry_problem(p, 0), Contains("built for ABI 0.0"));
  p.abi = {NAC_ABI_MAJOR, 9, 0};
  p.required_minor = 3;
  CHECK_THAT(entry_problem(p, 2), Contains("needs ABI 1.3, this host has 1.2"));
  CHECK_THAT(entry_problem(p, 3), Contains("init is NULL"));
}
