// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <thread>

#include "fixtures.hpp"
#include "nac/task.h"
#include "plugin/task_proxy.hpp"

using namespace nac::fw;

namespace {

/// Calls size() of the tasks in turn from eight threads.
void hammer(const std::vector<const TaskProxy *> &tasks) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 8; ++i)
    threads.emplace_back([&tasks, i] {
      for (int k = 0; k < 5; ++k) tasks[i % tasks.size()]->size("train");
    });
  for (std::thread &t : threads) t.join();
}

}  // namespace

TEST_CASE("thread levels are enforced by the host") {
  const Registry registry(test::only({test::good("levels")}));
  const auto task = [&](const char *name) {
    const PluginObject &object = registry.find(NAC_KIND_TASK, name);
    return std::make_unique<TaskProxy>(object, Config(*object.descriptor, {}));
  };
  const auto serial = task("serial"), serial_too = task("serial-too"), a = task("instance"), b = task("instance"),
             free = task("free");
  serial->size("reset");
  hammer({serial.get(), serial_too.get()});
  CHECK(serial->size("validation") == 1);  // one call at a time into the library
  serial->size("reset");
  hammer({a.get(), b.get()});
  CHECK(a->size("train") == 1);
  CHECK(b->size("train") == 1);
  CHECK(a->size("validation") == 2);  // both objects at once
  hammer({free.get()});
  CHECK(free->size("train") > 1);
}
