// SPDX-License-Identifier: Apache-2.0
#include "plugin/task_proxy.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "fixtures.hpp"
#include "nac/task.h"
#include "services/fp_control.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

/// A registry with the rogue task, and proxies of it.
struct Rogue {
  Registry registry{test::only({test::good("rogue")})};
  const PluginObject &object = registry.find(NAC_KIND_TASK, "rogue");
  TaskProxy make(const std::string &fault = "none") const { return TaskProxy(object, test::fault(object, fault)); }
};

Point width(const TaskProxy &task, double index) {
  Point p(task.space());
  p.set(0, index);
  p.finish();
  return p;
}

const char *const kPrefix = "plugin org.example.rogue 1.2.0: ";

}  // namespace

TEST_CASE("a task tells what it is") {
  const Rogue rogue;
  const TaskProxy task = rogue.make();
  CHECK(task.info().inputs.at(0).name == "x");
  CHECK(task.info().inputs[0].shape == Shape{2});
  CHECK(task.info().targets.at(0).dtype == DType::f32);
  CHECK(task.info().metrics.at(0).unit == "mm");
  CHECK(task.info().presets.at(0).name == "Linear");
  CHECK_FALSE(task.info().augments);
  CHECK(task.space().size() == 3);
  CHECK(task.size("train") == 10);
  CHECK_THAT(task.describe(), Contains("made="));
  CHECK(task.fingerprint().size() == 64);
  CHECK(std::string(task.object().descriptor->kind) == NAC_KIND_TASK);
}

TEST_CASE("models, losses, data and metrics work together") {
  const Rogue rogue;
  const TaskProxy task = rogue.make();
  const Graph model = task.build(width(task, 1));
  CHECK(model.outputs().size() == 1);
  const TaskProxy::WithLoss with = task.with_loss(model);
  CHECK(with.graph.inputs().size() == 2);
  CHECK(with.graph.value(with.loss).shape.empty());
  CHECK(with.graph.value(model.outputs()[0]).name == model.value(model.outputs()[0]).name);
  CHECK(task.build_preset("Linear").outputs().size() == 1);
  CHECK_THROWS_WITH(task.build_preset("linaer"),
                    Contains("has no preset 'linaer'") && Contains("did you mean 'Linear'"));
  const Samples all = task.read_all("validation", 1);
  REQUIRE(all.count() == 10);
  CHECK(all.inputs[0].data<float>()[2 * 3] == 3);
  const Samples some = task.read("train", {7, 2}, 1);
  CHECK(some.targets[0].data<float>()[0] == 7);
  CHECK(some.targets[0].data<float>()[1] == 2);
  const std::vector<Tensor> predictions{Tensor::of<float>({2, 1}, {8, 0})};
  CHECK(task.metrics("train", predictions, some.targets) == std::vector<double>{1.5});
}

TEST_CASE("every tensor goes back to the plugin once") {
  const Rogue rogue;
  const TaskProxy task = rogue.make();
  const auto balance = [&] {
    int made = 0, deleted = 0;
    REQUIRE(std::sscanf(task.describe().c_str(), "made=%d deleted=%d", &made, &deleted) == 2);
    return made - deleted;
  };
  CHECK(balance() == 0);
  {
    const Samples s = task.read_all("train", 0);
    const Tensor share = s.inputs[0].rows(2, 3);
    CHECK(balance() == 2);
  }
  CHECK(balance() == 0);
  for (const char *fault : {"read-too-few", "read-wrong-dtype", "read-offset", "read-negative-stride",
                            "read-no-strides", "read-no-data", "read-misaligned", "read-version", "read-rank",
                            "read-device", "read-missing", "read-twice", "read-transposed"}) {
    const TaskProxy wrong = rogue.make(fault);
    INFO(fault);
    try {
      wrong.read_all("train", 0);
    } catch (const Error &) {
    }
    CHECK(balance() == 0);
  }
}

TEST_CASE("tensors outlive the object that made them") {
  const Rogue rogue;
  Samples samples;
  {
    const TaskProxy task = rogue.make();
    samples = task.read_all("train", 0);
  }
  CHECK(samples.inputs[0].data<float>()[18] == 9);
}

TEST_CASE("strided tensors are read as what they mean") {
  const Rogue rogue;
  const Samples straight = rogue.make().read_all("train", 0);
  CHECK(rogue.make("read-transposed").read_all("train", 0).inputs[0] == straight.inputs[0]);
}

TEST_CASE("tensors that break a rule are refused by name") {
  const Rogue rogue;
  const auto why = [&](const char *fault) -> std::string {
    try {
      rogue.make(fault).read_all("train", 0);
    } catch (const Error &e) {
      CHECK_THAT(e.what(),
                 Contains(std::string(kPrefix) + "read(train, 10 samples): ") && Contains("defect of the plugin"));
      return e.what();
    }
    return "";
  };
  CHECK_THAT(why("read-too-few"), Contains("shape [9, 2], declared is [10, 2]"));
  CHECK_THAT(why("read-wrong-dtype"), Contains("declared is float32"));
  CHECK_THAT(why("read-offset"), Contains("byte_offset 4"));
  CHECK_THAT(why("read-negative-stride"), Contains("stride -1"));
  CHECK_THAT(why("read-no-strides"), Contains("no strides"));
  CHECK_THAT(why("read-no-data"), Contains("no data"));
  CHECK_THAT(why("read-misaligned"), Contains("not aligned"));
  CHECK_THAT(why("read-version"), Contains("version 2.0"));
  CHECK_THAT(why("read-rank"), Contains("1 dimensions"));
  CHECK_THAT(why("read-device"), Contains("device type 2"));
  CHECK_THAT(why("read-missing"), Contains("target 'y' is missing"));
  CHECK_THAT(why("read-twice"), Contains("one tensor twice"));
}

TEST_CASE("the plugin's own errors keep their words and status") {
  const Rogue rogue;
  const TaskProxy task = rogue.make();
  CHECK_THROWS_WITH(task.size("tset"), Contains(std::string(kPrefix) + "size(tset): there is no such split"));
  CHECK_THROWS_WITH(task.read("train", {10}, 0), Contains("read(train, 1 samples): a sample beyond the split"));
  try {
    rogue.make("create-fails");
    FAIL("no error");
  } catch (const Error &e) {
    CHECK(e.status() == NAC_DATA_LOSS);
    CHECK_THAT(e.what(), Contains("create: the file 'data.h5' is damaged"));
  }
  CHECK_THROWS_WITH(rogue.make("create-mute"), Contains("without saying why"));
  CHECK_THROWS_WITH(rogue.make("create-long-message"), Contains("xxx"));
  CHECK_THROWS_WITH(rogue.make("space-fails"), Contains("space: ") && Contains("low 2 is above high 1"));
}

TEST_CASE("tables that cannot be used are refused, longer ones are fine") {
  const Rogue rogue;
  CHECK_THROWS_WITH(rogue.make("table-null"), Contains("no function table"));
  CHECK_THROWS_WITH(rogue.make("table-small"), Contains("struct_size 24"));
  CHECK_THROWS_WITH(rogue.make("table-hole"), Contains("are NULL: 'info'"));
  CHECK(rogue.make("table-huge").size("train") == 10);
  const TaskProxy old = rogue.make("table-old");
  CHECK(old.describe().empty());
  CHECK(old.fingerprint().empty());
}

TEST_CASE("facts that break a rule are refused") {
  const Rogue rogue;
  CHECK_THROWS_WITH(rogue.make("info-null"), Contains("info: it returned NULL"));
  CHECK_THROWS_WITH(rogue.make("info-double"), Contains("accepted are float 32 and int 64"));
  CHECK_THROWS_WITH(rogue.make("info-negative"), Contains("has -1 as dimension 0"));
  CHECK_THROWS_WITH(rogue.make("info-same-name"), Contains("named 'x'"));
  CHECK_THROWS_WITH(rogue.make("info-no-metric"), Contains("no metrics"));
  CHECK_THROWS_WITH(rogue.make("info-bops"), Contains("a cost that the host computes"));
  CHECK_THROWS_WITH(rogue.make("info-direction"), Contains("direction 0"));
  CHECK_THROWS_WITH(rogue.make("info-metric-twice"), Contains("two metrics are named 'error'"));
  CHECK_THROWS_WITH(rogue.make("size-absurd").size("train"), Contains("samples"));
  CHECK_THROWS_WITH(rogue.make("describe-floods").describe(), Contains("more than"));
}

TEST_CASE("an infeasible point is no failure") {
  const Rogue rogue;
  const auto build = [&](const char *fault) {
    const TaskProxy task = rogue.make(fault);
    task.build(width(task, 0));
  };
  CHECK_THROWS_AS(build("build-infeasible"), Infeasible);
  CHECK_THROWS_WITH(build("build-infeasible"), "nothing fits into width 1");
  CHECK_THROWS_AS(build("build-infeasible-mute"), Infeasible);
}

TEST_CASE("networks that break a rule are refused") {
  const Rogue rogue;
  const auto build = [&](const char *fault) {
    const TaskProxy task = rogue.make(fault);
    task.build(width(task, 0));
  };
  CHECK_THROWS_WITH(build("build-unknown-status"), Contains("unknown status 77: odd"));
  CHECK_THROWS_WITH(build("build-mute"), Contains("without saying why"));
  CHECK_THROWS_WITH(build("build-no-output"), Contains("no output"));
  CHECK_THROWS_WITH(build("build-extra-input"), Contains("2 inputs, the task's info 1"));
  CHECK_THROWS_WITH(build("build-wrong-input"), Contains("[N, 3]") && Contains("[N, 2]"));
#if defined(__x86_64__)
  const uint64_t before = fp_control();
  CHECK_THROWS_WITH(build("build-flushes"), Contains("flush-to-zero"));
  CHECK(fp_control() == before);
#endif
}

TEST_CASE("losses that break a rule are refused") {
  const Rogue rogue;
  const auto loss = [&](const char *fault) {
    const TaskProxy task = rogue.make(fault);
    task.with_loss(task.build(width(task, 0)));
  };
  CHECK_THROWS_WITH(loss("loss-not-scalar"), Contains("must be a scalar float32"));
  CHECK_THROWS_WITH(loss("loss-bogus"), Contains("4711"));
  CHECK_THROWS_WITH(loss("loss-unrelated"), Contains("does not depend on any output"));
  CHECK_THROWS_WITH(loss("loss-wrong-name"), Contains("'label'") && Contains("'y'"));
  CHECK_THROWS_WITH(loss("loss-renames"), Contains("changed the value 'x'"));
}

TEST_CASE("metrics end their runs also when they fail") {
  const Rogue rogue;
  const TaskProxy task = rogue.make("update-fails");
  const std::vector<Tensor> one{Tensor::of<float>({1, 1}, {0})};
  CHECK_THROWS_WITH(task.metrics("train", one, one), Contains("metrics(train): cannot count"));
  CHECK_THAT(task.describe(), Contains("runs=0"));
  CHECK_THROWS_WITH(rogue.make("metrics-nan").metrics("train", one, one),
                    Contains("metric 'error' of finite predictions"));
  const std::vector<Tensor> broken{Tensor::of<float>({1, 1}, {std::numeric_limits<float>::quiet_NaN()})};
  CHECK(std::isnan(rogue.make().metrics("train", broken, one).at(0)));  // not the plugin's fault
  CHECK_THROWS_WITH(task.metrics("train", one, {}), Contains("0 targets"));
  const std::vector<Tensor> two{Tensor::of<float>({2, 1}, {0, 0})};
  CHECK_THROWS_WITH(task.metrics("train", one, two), Contains("different numbers of samples"));
}
