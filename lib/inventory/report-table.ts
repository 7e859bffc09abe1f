/** One table of the Glue Data Catalog over the reports of one bucket. */
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { reportPrefix } from '../../config/inventory-names.ts';
import type { Inventory } from '../../config/options/inventory.ts';
import { REPORT_COLUMNS } from '../../lambdas/inventory/columns.ts';

type Report = Inventory['buckets'][string];

/** Serialization by the format, and how columns are found in it: by their names, but for CSV, which has none. */
const SERIALIZATION = {
  parquet: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  orc: {
    serializationLibrary: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde',
    parameters: { 'orc.column.index.access': 'false' },
  },
  csv: {
    serializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
    parameters: { separatorChar: ',', quoteChar: '"', escapeChar: '\\' },
  },
};

export interface ReportTableProps {
  catalogId: string;
  databaseName: string;
  tableName: string;
  /** The bucket that the reports are about. */
  source: string;
  report: Report;
}

/**
 * Over `hive/dt=…/symlink.txt`, in which S3 names the files of each report (Amazon S3 user guide, "Querying Amazon S3
 * Inventory with Amazon Athena"). The partition is injected: each question names the one report that it is about, and
 * Athena looks for no other (Athena guide, "Supported types for partition projection").
 */
export function reportTable(scope: Construct, id: string, props: ReportTableProps): CfnTable {
  const { catalogId, databaseName, tableName, source, report } = props;
  const location = `s3://${report.bucket}/${reportPrefix(source, report)}hive/`;
  return new CfnTable(scope, id, {
    catalogId,
    databaseName,
    tableInput: {
      name: tableName,
      description: `S3 Inventory of ${source}`,
      tableType: 'EXTERNAL_TABLE',
      partitionKeys: [{ name: 'dt', type: 'string' }],
      storageDescriptor: {
        columns: columnsOf(report),
        location,
        inputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat',
        serdeInfo: SERIALIZATION[report.format],
      },
      parameters: {
        'projection.enabled': 'true',
        'projection.dt.type': 'injected',
        'storage.location.template': `${location}dt=$\{dt}/`,
      },
    },
  });
}

/** Parquet and ORC: all that are asked for, of which a file may lack some. CSV: what the report has, by its place. */
function columnsOf({ format, fields = [] }: Report) {
  if (format !== 'csv') return REPORT_COLUMNS.map(({ name, type }) => ({ name, type }));
  const names = new Map<string, string>(REPORT_COLUMNS.map(({ csv, name }) => [csv, name]));
  return fields.map((field) => ({ name: names.get(field) ?? field.toLowerCase(), type: 'string' }));
}
