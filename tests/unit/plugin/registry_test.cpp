// SPDX-License-Identifier: Apache-2.0
#include "plugin/registry.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "base/error.hpp"
#include "fixtures.hpp"
#include "nac/search.h"
#include "nac/task.h"
#include "plugin/library.hpp"
#include "plugin/task_proxy.hpp"
#include "services/files.hpp"
#include "services/fp_control.hpp"
#include "services/log.hpp"
#include "services/sha256.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

/// Why the registry refused a single file.
std::string refusal(const std::filesystem::path &path) {
  const Registry registry(test::only({path}));
  CHECK(registry.objects().empty());
  REQUIRE(registry.refused().size() == 1);
  CHECK(registry.refused()[0].path == path);
  return registry.refused()[0].reason;
}

}  // namespace

TEST_CASE("good plugins are found by id and short name") {
  const Registry registry(test::only({TEST_GOOD}));
  CHECK(registry.refused().empty());
  CHECK(registry.warnings().empty());
  CHECK(registry.objects().size() == 10);
  const PluginObject &by_id = registry.find(NAC_KIND_TASK, "org.example.rogue");
  CHECK(&by_id == &registry.find(NAC_KIND_TASK, "rogue"));
  CHECK(by_id.short_name() == "rogue");
  CHECK(by_id.library->path() == test::good("rogue"));
  CHECK(by_id.library->sha256() == sha256_hex(read_file(test::good("rogue"))));
  CHECK(registry.try_find(NAC_KIND_SEARCH, "rogue") == nullptr);
  CHECK(registry.try_find(NAC_KIND_SEARCH, "rogue-search") != nullptr);
}

TEST_CASE("a name that is not there gets what there is, the nearest and the places") {
  const nac::test::TempFolder folder;
  write_file_atomically(folder / "nac-broken.so", "no library");
  const Registry registry(test::only({TEST_GOOD, folder.path()}));
  const auto find = [&](const char *kind, const char *name) { registry.find(kind, name); };
  CHECK_THROWS_WITH(find(NAC_KIND_TASK, "rouge"), Contains("no task plugin") && Contains("did you mean 'rogue'") &&
                                                      Contains("serial (org.example.serial)") && Contains(TEST_GOOD) &&
                                                      Contains(folder.path().string()));
  CHECK_THROWS_WITH(find(NAC_KIND_SEARCH, "rogue"), Contains("'rogue' is a task plugin"));
  CHECK_THROWS_WITH(find(NAC_KIND_TASK, "broken"), Contains("nac-broken.so was refused") && Contains("no ELF file"));
  CHECK_THROWS_WITH(find(NAC_KIND_TASK, "org.example.broken"), Contains("nac-broken.so was refused"));
  CHECK_THROWS_AS(find(NAC_KIND_TASK, "x"), UsageError);
  const Registry empty(test::only({}));
  CHECK_THROWS_WITH(empty.find(NAC_KIND_TASK, "x"), Contains("task plugins found: none") && Contains("nothing"));
}

TEST_CASE("each way of being wrong has its own words") {
  CHECK_THAT(refusal(test::bad("major_two")), Contains("exports nac_plugin_v2"));
  CHECK_THAT(refusal(test::bad("no_entry")), Contains("does not export nac_plugin_v1"));
  CHECK_THAT(refusal(test::bad("size_small")), Contains("struct_size is 16"));
  CHECK_THAT(refusal(test::bad("abi_major")), Contains("built for ABI 3.0, this host speaks 1."));
  CHECK_THAT(refusal(test::bad("needs_newer")), Contains("needs ABI 1.7, this host has 1."));
  CHECK_THAT(refusal(test::bad("null_create")), Contains("function create is NULL"));
  CHECK_THAT(refusal(test::bad("no_descriptors")), Contains("no descriptors"));
  CHECK_THAT(refusal(test::bad("same_id_twice")), Contains("id \"org.example.variant\" is there twice"));
  CHECK_THAT(refusal(test::bad("bad_id")), Contains("\"Nodots\"") && Contains("reverse DNS"));
  CHECK_THAT(refusal(test::bad("bad_version")), Contains("\"1.0\" is no semantic version"));
  CHECK_THAT(refusal(test::bad("bad_default")), Contains("parameter 'n'") && Contains("between 0 and 5"));
  CHECK_THAT(refusal(test::bad("unknown_kind")), Contains("\"org.example.dance/1\" is not known"));
  CHECK_THAT(refusal(test::bad("init_fails")), Contains("init failed: no licence for this machine"));
  CHECK_THAT(refusal(test::bad("init_mute")), Contains("without saying why"));
  CHECK_THAT(refusal(test::bad("links_tbb")), Contains("libtbb"));
  CHECK_THAT(refusal(test::bad("undefined_symbol")),
             Contains("cannot be loaded") && Contains("this_function_is_nowhere"));
}

TEST_CASE("a library that changes the program's arithmetic is refused and undone") {
  const uint64_t before = fp_control();
  CHECK_THAT(refusal(test::bad("fast_math")), Contains("flush-to-zero") && Contains("-ffast-math"));
  CHECK(fp_control() == before);
  volatile double tiny = 1e-300;
  CHECK(tiny * 1e-10 > 0);
}

TEST_CASE("the first file with an id wins and the other is recorded as shadowed") {
  const Registry registry(test::only({test::bad("plain"), test::bad("plain_copy")}));
  REQUIRE(registry.objects().size() == 1);
  CHECK(registry.objects()[0].library->path() == test::bad("plain"));
  REQUIRE(registry.refused().size() == 1);
  CHECK(registry.refused()[0].path == test::bad("plain_copy"));
  CHECK(registry.refused()[0].id == "org.example.variant");
  CHECK_THAT(registry.refused()[0].reason, Contains("shadowed by " + test::bad("plain").string()));
}

TEST_CASE("a plugin with a remark is used and the remark is kept") {
  const Registry registry(test::only({test::bad("extra_export")}));
  CHECK(registry.objects().size() == 1);
  REQUIRE(registry.warnings().size() == 1);
  CHECK(registry.warnings()[0].path == test::bad("extra_export"));
  CHECK_THAT(registry.warnings()[0].text, Contains("helper_function"));
}

TEST_CASE("deinit is called once per registry, and the library can be used again") {
  std::vector<std::string> lines;
  const LogSink former = set_log_sink([&](const LogLine &line) { lines.push_back(line.source + ": " + line.text); });
  set_log_threshold(NAC_LOG_DEBUG);
  for (int round = 1; round <= 2; ++round) {
    { const Registry registry(test::only({test::good("rogue")})); }
    REQUIRE(lines.size() == static_cast<std::size_t>(round));
    CHECK(lines.back() == "org.example.rogue: rogue says goodbye");
  }
  lines.clear();
  {
    // Objects that outlive the registry are the host's mistake: deinit is left out rather than called under them.
    auto registry = std::make_unique<Registry>(test::only({test::good("rogue")}));
    const PluginObject object = registry->find(NAC_KIND_TASK, "rogue");
    const TaskProxy task(object, Config(*object.descriptor, {}));
    registry.reset();
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines[0], Contains("1 objects are still alive"));
  }
  set_log_threshold(NAC_LOG_INFO);
  set_log_sink(former);
}

TEST_CASE("an older and poorer host is named in what a library says") {
  const Precheck file = precheck(test::good("rogue"));
  Host::Options options;
  options.without = {NAC_SERVICE_GRAPH};
  const auto library = Library::open(file, options);
  CHECK_THROWS_WITH(library->init(), Contains("a service is missing"));
  const Precheck newer = precheck(test::bad("needs_newer"));
  options.minor = 6;
  CHECK_THROWS_WITH(Library::open(newer, options), Contains("needs ABI 1.7, this host has 1.6"));
  options.minor = 7;
  CHECK_NOTHROW(Library::open(newer, options));
}

TEST_CASE("loading a folder of plugins takes milliseconds") {
  { const Registry warm(test::only({TEST_GOOD})); }
  const auto start = std::chrono::steady_clock::now();
  const Registry registry(test::only({TEST_GOOD}));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  CHECK(seconds.count() < 0.5);  // generous: the machine may be busy
}
