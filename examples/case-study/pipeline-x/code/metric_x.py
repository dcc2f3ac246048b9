"""Metric X of a day: searches for each listing of a city."""

import argparse

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, sum as total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day, YYYY-MM-DD")
    date = parser.parse_args().date
    spark = SparkSession.builder.appName("pipeline-X").getOrCreate()
    listings = spark.read.parquet(f"s3://listings-agg/daily/{date}/").withColumnRenamed("count", "listings")
    searches = spark.read.parquet(f"s3://search-agg/daily/{date}/")
    wanted = searches.groupBy("city").agg(total("count").alias("searches"))
    metric = listings.join(wanted, "city").select("city", (col("searches") / col("listings")).alias("x"))
    metric.write.mode("overwrite").parquet(f"s3://metric-x/{date}/")
    spark.stop()


if __name__ == "__main__":
    main()
