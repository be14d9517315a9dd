// SPDX-License-Identifier: Apache-2.0
#include "bragg/task.hpp"

#include <time.h>

#include <catch2/catch.hpp>
#include <thread>

#include "kit.hpp"

using namespace nac::bragg;
using nac::test::first;
using nac::test::read;
using nac::test::small_options;

namespace {
/// Processor time of this thread: what other programs do meanwhile does not count.
double thread_milliseconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}
}  // namespace

TEST_CASE("bragg task: facts") {
  nac::test::attach_host();
  bragg_task task(small_options());
  const nac_task_info &info = *task.facts.info();
  CHECK(info.flags == NAC_TASK_AUGMENTS);
  REQUIRE(info.input_count == 1);
  REQUIRE(info.target_count == 1);
  CHECK(std::string(info.inputs[0]->name) == "patch");
  CHECK(std::string(info.targets[0]->name) == "center");
  REQUIRE(info.metric_count == 3);
  CHECK(std::string(info.metrics[0]->name) == "mean_distance");
  CHECK(std::string(info.metrics[0]->unit) == "px");
  CHECK(info.metrics[0]->direction == -1);
  CHECK(info.preset_count == 11);
  CHECK_THAT(task.describe(), Catch::Contains("train 80 validation 10 test 10"));
  task_options plain = small_options();
  plain.shift = 0;
  CHECK(bragg_task(plain).facts.info()->flags == 0);
  plain.shift = 3;
  CHECK_THROWS_WITH(bragg_task(plain), Catch::Contains("shift is 3"));
  plain.shift = 0, plain.peaks = "peaks.hdf5";
  CHECK_THROWS_WITH(bragg_task(plain), Catch::Contains("needs 'data'"));
}

TEST_CASE("bragg task: the loss is the mean squared error as nodes, a scalar") {
  nac::test::attach_host();
  bragg_task task(small_options());
  nac::fw::Graph g = nac::test::build_preset(task, "Tiny");
  nac::graph_builder builder(nac::fw::to_abi(&g));
  const nac_value loss = task.loss(builder);
  CHECK(g.value(loss).shape.empty());
  REQUIRE(g.inputs().size() == 2);
  CHECK(g.value(g.inputs()[1]).name == "center");
  CHECK(g.value(g.inputs()[1]).shape == nac::fw::Shape{-1, 2});
  const nac::fw::Node &mean = g.node(g.value(loss).producer);
  CHECK(mean.op == "ReduceMean");
  CHECK(mean.integers("axes") == std::vector<int64_t>{0, 1});
  const nac::fw::Node &square = g.node(g.value(mean.inputs[0]).producer);
  CHECK(square.op == "Mul");
  CHECK(square.inputs[0] == square.inputs[1]);
  CHECK(g.node(g.value(square.inputs[0]).producer).op == "Sub");
}

TEST_CASE("bragg task: order and neighbours do not matter to a sample, the stream only to training ones") {
  nac::test::attach_host();
  bragg_task task(small_options());
  const auto forward = read(task, "validation", {0, 1, 2});
  const auto backward = read(task, "validation", {2, 1, 0}, 99);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::equal(forward.patches.begin() + static_cast<long>(i * 121),
                     forward.patches.begin() + static_cast<long>((i + 1) * 121),
                     backward.patches.begin() + static_cast<long>((2 - i) * 121)));
    CHECK(forward.centers[2 * i] == backward.centers[2 * (2 - i)]);
  }
  CHECK(read(task, "train", first(80), 5).patches == read(task, "train", first(80), 5).patches);
  CHECK(read(task, "train", first(80), 5).patches != read(task, "train", first(80), 6).patches);
  CHECK(read(task, "test", first(10), 5).patches == read(task, "test", first(10), 6).patches);
  for (const float v : read(task, "test", first(10)).centers) {
    CHECK(v >= 5.0F / 11);
    CHECK(v < 6.0F / 11);
  }
  CHECK_THROWS_WITH(read(task, "test", {10}), Catch::Contains("sample 10"));
  CHECK_THROWS_WITH(read(task, "nowhere", {0}), Catch::Contains("'nowhere'"));
}

TEST_CASE("bragg task: several threads read the same synthetic samples at once") {
  nac::test::attach_host();
  bragg_task task(small_options(400));
  std::vector<nac::test::batch> batches(4);
  std::vector<std::thread> threads;
  for (auto &b : batches) threads.emplace_back([&] { b = read(task, "train", first(320)); });
  for (std::thread &t : threads) t.join();
  for (const auto &b : batches) CHECK(b.patches == batches[0].patches);
}

TEST_CASE("bragg task: the fingerprint follows everything that changes a sample") {
  nac::test::attach_host();
  const auto of = [](auto &&change) {
    task_options o = small_options();
    change(o);
    return bragg_task(o).fingerprint();
  };
  const std::string base = of([](task_options &) {});
  CHECK(base == of([](task_options &o) { o.max_parameters = 5; }));
  CHECK(base != of([](task_options &o) { o.shift = 2; }));
  CHECK(base != of([](task_options &o) { o.synthetic.seed = 2; }));
  CHECK(base != of([](task_options &o) { o.synthetic.samples = 101; }));
  CHECK(base != of([](task_options &o) { o.synthetic.difficulty = 0.9; }));
  CHECK(base != of([](task_options &o) { o.synthetic.test_fraction = 0.2; }));
}

TEST_CASE("bragg task: reading is fast") {
  nac::test::attach_host();
  bragg_task task(small_options(500));
  read(task, "train", {0});
  std::vector<uint64_t> index(32768);
  for (uint64_t i = 0; i < index.size(); ++i) index[i] = i * 7919 % 400;
  const double start = thread_milliseconds();
  read(task, "train", index);
  const double taken = thread_milliseconds() - start;
  // Below 50 ms in a release build; the bound leaves room for debug builds and sanitizers.
  INFO("32768 patches in " << taken << " ms");
  CHECK(taken < 1000);
}
