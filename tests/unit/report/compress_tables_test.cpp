// SPDX-License-Identifier: Apache-2.0
#include "report/compress_tables.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compress_sample.hpp"
#include "report/compress_csv.hpp"
#include "report/json.hpp"
#include "report/text_table.hpp"
#include "sample.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using nac::fw::layout;
using nac::fw::ReportData;

TEST_CASE("The best points are a table with reductions against float") {
  CHECK(layout(best_point_rows(compressed_report()), 0) ==
        "       network  bits  error [px]  sparsity [%]    bops  float/this  parameters  float/this  step\n"
        "tiny (trial 0)     8         0.5           0.0     200           5       1,000         0.1  qat 0\n"
        "       trial 1     8       0.203          50.0  50,000        24.7       1,000         123  prune 0\n"
        "       trial 1    4*         0.3           0.0  50,000        24.7       1,000         123  qat 0\n");
  CHECK(best_point_note(compressed_report()) ==
        "Fewest BOPs with at most 2 % loss of error against the float network. * no point of these bits is within that "
        "bound: the best metric instead.");
}

TEST_CASE("The chosen model stands beside its float network") {
  ReportData data = compressed_report();
  CHECK(layout(choice_rows(data), 0) ==
        "                  float  chosen   trained again  test  test, trained again  float/chosen\n"
        "        bits          -       8               -     -                    -  -\n"
        "sparsity [%]          -    50.0               -     -                    -  -\n"
        "  error [px]        0.2   0.203  0.204 \xC2\xB1 0.0012  0.21                    -  -\n"
        "        bops  1,234,567  50,000               -     -                    -  24.7\n"
        "  parameters    123,457   1,000               -     -                    -  123\n"
        "        macs    617,284       -               -     -                    -  -\n");
  CHECK(choice_sentence(data) ==
        "trial 1, step 1 of {\"bits\": 8} (prune 0), by the rule 'knee'; trained again with 3 seeds.\n");
  data.choice.reference = {{"error", 0.18}};
  CHECK(choice_rows(data)[3][1] == "0.18");
  data.compressed.clear();
  CHECK_THAT(choice_sentence(data), Contains("no such step"));
  CHECK(choice_rows(data)[1][3] == "0.204 \xC2\xB1 0.0012");
  data.choice = nac::fw::choice_from_json(R"({"pick":null,"reason":"nothing is good enough"})");
  CHECK(choice_rows(data).empty());
  CHECK_THAT(local_search_text(data), Contains("Chosen model:\nNo model was chosen: nothing is good enough.\n"));
}

TEST_CASE("The terminal gets all tables, a plain study none") {
  ReportData data = compressed_report();
  data.tuned = nac::fw::tuned_networks(tune_sample());
  const std::string text = local_search_text(data);
  CHECK_THAT(text, StartsWith("Tuned networks:\n"
                              "network  recipes  failed  error [px] searched  tuned  number  recipe\n"
                              "trial 1        4       1                  0.2   0.19       1  "
                              "{\"learning_rate\":0.01}\n\nCompressed networks:\n"));
  CHECK_THAT(text, Contains("\nChosen model:\n") && Contains("\nPicks:\n") && Contains(" Lost  trial 7 ") &&
                       Contains("not in the study\n"));
  CHECK(local_search_text(sample_report()).empty());
}

TEST_CASE("compress.csv has a row for each step") {
  const std::string text = compress_csv(compressed_report());
  CHECK_THAT(text,
             StartsWith("trial,network,chain,position,pass,iteration,state,last,bits,sparsity,error,bops,"
                        "parameters,weight_bits,bops_left,parameters_left,reason,model,deployed\r\n"
                        "0,tiny (trial 0),\"{\"\"bits\"\":8}\",0,qat,0,measured,0,8,0,0.5,200,1000,8,0.2,10,,,\r\n"
                        "0,tiny (trial 0),\"{\"\"bits\"\":8}\",1,prune,0,failed,1,8,,,,,,,,diverged,,\r\n"));
  CHECK_THAT(text, Contains("1,prune,0,undone,0,4,0.5,0.9,1000,1000,4,") &&
                       Contains(",\"the output is constant, <one> class\",,\r\n"));
  CHECK(std::count(text.begin(), text.end(), '\r') == 8);
}

TEST_CASE("tune.csv has a row for each recipe and marks the best") {
  ReportData data = sample_report();
  data.tuned = nac::fw::tuned_networks(tune_sample());
  CHECK(tune_csv(data) ==
        "trial,network,number,state,best,error,epochs,recipe,reason,model\r\n"
        "1,trial 1,0,complete,0,0.22,9,\"{\"\"learning_rate\"\":0.1}\",,\r\n"
        "1,trial 1,1,complete,1,0.19,7,\"{\"\"learning_rate\"\":0.01}\",," +
            std::string(64, 'a') +
            "\r\n"
            "1,trial 1,2,failed,0,,,\"{\"\"learning_rate\"\":0.3}\",\"diverged, again\",\r\n"
            "1,trial 1,3,asked,0,,,\"{\"\"learning_rate\"\":0.02}\",,\r\n");
}

TEST_CASE("The JSON report has tune, compress and choose") {
  ReportData data = compressed_report();
  data.tuned = nac::fw::tuned_networks(tune_sample());
  const nlohmann::json j = nlohmann::json::parse(report_json(data));
  CHECK(j["tune"][0]["best"] == 1);
  CHECK(j["tune"][0]["recipes"][2]["reason"] == "diverged, again");
  CHECK(j["tune"][0]["recipes"][1]["recipe"]["learning_rate"] == 0.01);
  REQUIRE(j["compress"].size() == 2);
  CHECK(j["compress"][1]["float"]["error"] == 0.19);
  CHECK(j["compress"][1]["chains"][0]["chain"]["bits"] == 8);
  CHECK(j["compress"][1]["chains"][0]["points"][2]["metrics"]["sparsity"] == 0.9);
  CHECK(j["compress"][1]["chains"][1]["points"][1]["state"] == "undone");
  CHECK(j["choose"]["step"]["position"] == 1);
  CHECK(j["choose"]["sd"]["error"] == 0.0012);
  CHECK(j["choose"]["picks"][0]["label"] == "Large");
  const nlohmann::json plain = nlohmann::json::parse(report_json(sample_report()));
  CHECK(plain["tune"].empty());
  CHECK(plain["compress"].empty());
  CHECK(plain["choose"].is_null());
}
