/** What the synthesised stack has for Athena: workgroups, and tables in the Glue Data Catalog. */
import { z } from 'zod';
import type { ResolvedResource } from './template.ts';

const Workgroup = z.object({
  Name: z.string(),
  WorkGroupConfiguration: z.object({
    EnforceWorkGroupConfiguration: z.boolean().default(true),
    BytesScannedCutoffPerQuery: z.coerce.number().optional(),
    ResultConfiguration: z.object({ OutputLocation: z.string() }),
  }),
});
const Column = z.object({ Name: z.string(), Type: z.string() });
const Table = z.object({
  DatabaseName: z.string(),
  TableInput: z.object({
    Name: z.string(),
    PartitionKeys: z.array(Column).default([]),
    StorageDescriptor: z.object({
      Columns: z.array(Column),
      Location: z.string(),
      InputFormat: z.string(),
      SerdeInfo: z.object({ SerializationLibrary: z.string() }),
    }),
    Parameters: z.record(z.string(), z.string()).default({}),
  }),
});

/** A workgroup whose own settings count, whatever a client asks for. */
export interface DeployedWorkgroup {
  name: string;
  /** `s3://bucket/prefix/` */
  output: string;
  /** `null`: a query may read as much as it likes. */
  maxScannedBytes: number | null;
}

/** A table over files in S3. */
export interface DeployedTable {
  database: string;
  name: string;
  columns: { name: string; type: string }[];
  partitions: string[];
  /** `s3://bucket/prefix/` with the partitions' values in braces, where they are projected. */
  location: string;
  /** The partition of `injected` projection, which each query must name; `null`: none. */
  injected: string | null;
  /** Whether what lies there are texts that name the files. */
  isSymlink: boolean;
  format: 'parquet' | 'csv' | 'orc';
}

/** Both, with every reference resolved. */
export interface DeployedAthena {
  workgroups: DeployedWorkgroup[];
  tables: DeployedTable[];
}

/** @throws ZodError for what local-aws does not understand */
export function deployedAthena(resources: Record<string, ResolvedResource>): DeployedAthena {
  const ofType = (type: string) => Object.values(resources).filter((resource) => resource.type === type);
  return {
    workgroups: ofType('AWS::Athena::WorkGroup').map(({ properties }) => {
      const { Name, WorkGroupConfiguration: settings } = Workgroup.parse(properties);
      return {
        name: Name,
        output: settings.ResultConfiguration.OutputLocation,
        maxScannedBytes: settings.BytesScannedCutoffPerQuery ?? null,
      };
    }),
    tables: ofType('AWS::Glue::Table').map(({ properties }) => tableOf(Table.parse(properties))),
  };
}

function tableOf({ DatabaseName, TableInput }: z.output<typeof Table>): DeployedTable {
  const { Name, PartitionKeys, StorageDescriptor: storage, Parameters } = TableInput;
  const partitions = PartitionKeys.map((column) => column.Name);
  const library = storage.SerdeInfo.SerializationLibrary.toLowerCase();
  return {
    database: DatabaseName,
    name: Name,
    columns: storage.Columns.map((column) => ({ name: column.Name, type: column.Type })),
    partitions,
    location: Parameters['storage.location.template'] ?? storage.Location,
    injected: partitions.find((partition) => Parameters[`projection.${partition}.type`] === 'injected') ?? null,
    isSymlink: storage.InputFormat.endsWith('SymlinkTextInputFormat'),
    format: library.includes('parquet') ? 'parquet' : library.includes('orc') ? 'orc' : 'csv',
  };
}
