"""First step of pipeline NAME: reads the day that --date names."""

import argparse

from pyspark.sql import SparkSession


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day to read, YYYY-MM-DD")
    date = parser.parse_args().date
    spark = SparkSession.builder.appName("NAME").getOrCreate()
    days = spark.createDataFrame([(date,)], ["day"])
    print(f"{days.count()} day to read: {date}")
    spark.stop()


if __name__ == "__main__":
    main()
