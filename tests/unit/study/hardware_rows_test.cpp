// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "study/database.hpp"
#include "study/study.hpp"
#include "support/temp_folder.hpp"

using nac::fw::Study;
using nac::test::TempFolder;

namespace {

Study::HardwareRow row(const std::string &model, const std::string &folder) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {"chosen",
          "trial 3, chain {\"bits\":4}, step 5",
          "org.nac.hls",
          R"({"part":"vu13p"})",
          model,
          folder,
          5000,
          0,
          {{"lut", "", 0.1 + 0.2, 0.2, 0.5, none}, {"latency_ns", "ns", 25, 20, 30, 26.5}}};
}

}  // namespace

TEST_CASE("Rows of hardware come back as they were stored") {
  TempFolder temp;
  {
    const auto study = Study::open(temp / "s", Study::Mode::create);
    CHECK(study->hardware_rows().empty());
    study->set_hardware_row(row("m", "hardware/chosen"));
  }
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  const auto rows = study->hardware_rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].network == "trial 3, chain {\"bits\":4}, step 5");
  CHECK(rows[0].vectors == 5000);
  REQUIRE(rows[0].values.size() == 2);
  CHECK(rows[0].values[0].estimate == 0.1 + 0.2);
  CHECK(std::isnan(rows[0].values[0].report));
  CHECK(rows[0].values[1].unit == "ns");
  CHECK(rows[0].values[1].report == 26.5);
  CHECK_THROWS(Study::open(temp / "s", Study::Mode::read)->set_hardware_row(row("n", "x")));
}

TEST_CASE("A project replaces what stood in its folder, and the same network with the same parameters") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  study->set_hardware_row(row("m", "hardware/chosen"));
  study->set_hardware_row(row("n", "hardware/chosen"));
  REQUIRE(study->hardware_rows().size() == 1);
  CHECK(study->hardware_rows()[0].model == "n");
  study->set_hardware_row(row("n", "elsewhere"));
  REQUIRE(study->hardware_rows().size() == 1);
  CHECK(study->hardware_rows()[0].folder == "elsewhere");
  study->set_hardware_row(row("m", ""));
  study->set_hardware_row(row("o", ""));
  CHECK(study->hardware_rows().size() == 3);
}

TEST_CASE("A study of the schema before is read as it is, and upgraded when it is written") {
  TempFolder temp;
  Study::open(temp / "s", Study::Mode::create)->set_text("name", "old");
  {
    nac::fw::Database database(temp / "s" / "study.sqlite", nac::fw::Database::Access::write);
    database.execute("DROP TABLE hardware; DROP TABLE hardware_values; PRAGMA user_version=3;");
  }
  {
    const auto study = Study::open(temp / "s", Study::Mode::read);
    CHECK(study->hardware_rows().empty());
    CHECK(study->text("name") == "old");
  }
  {
    const auto study = Study::open(temp / "s", Study::Mode::resume);
    study->set_hardware_row(row("m", "f"));
  }
  const auto study = Study::open(temp / "s", Study::Mode::read);
  CHECK(study->hardware_rows().size() == 1);
  CHECK(study->text("name") == "old");
}
