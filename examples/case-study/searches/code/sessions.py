"""Counts a day's searches of each session."""

import argparse

from pyspark.sql import SparkSession


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day, YYYY-MM-DD")
    date = parser.parse_args().date
    spark = SparkSession.builder.appName("searches").getOrCreate()
    searches = spark.read.json(f"s3://search-raw/dt={date}/")
    sessions = searches.groupBy("session", "city").count()
    sessions.write.mode("overwrite").parquet(f"s3://search-agg/daily/{date}/")
    spark.stop()


if __name__ == "__main__":
    main()
