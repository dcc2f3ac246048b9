"""Counts a day's listings of each city."""

import argparse

from pyspark.sql import SparkSession


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day, YYYY-MM-DD")
    date = parser.parse_args().date
    spark = SparkSession.builder.appName("listings").getOrCreate()
    listings = spark.read.json(f"s3://listings-raw/dt={date}/")
    counts = listings.groupBy("city").count()
    counts.write.mode("overwrite").parquet(f"s3://listings-agg/staging/{date}/")
    spark.stop()


if __name__ == "__main__":
    main()
