/**
 * The module `System`, which every Mendix app has: the entities that matter to an operator, as the runtime stores
 * them. Only the shape is Mendix's; rows come from the generator.
 */
import { association, entity, type Generation, type Module } from './model.ts';

const reference = (name: string, parent: string, child: string, ownTable = false) =>
  association('System', name, parent, child, 'reference', ownTable);
const set = (name: string, parent: string, child: string) => association('System', name, parent, child, 'set');

/** The module as a generation of the runtime has it: older ones lack some columns. */
export function systemModule(generation: Generation): Module {
  const blockedSince = generation.blockedSince ? 'BlockedSince:time' : '';
  return {
    name: 'System',
    entities: [
      entity('Language', 'Code:string(20) Description:string(200)'),
      entity('TimeZone', 'Code:string(50) Description:string(100) RawOffset:integer'),
      entity('UserRole', 'ModelGUID:string(36) Name:string(100) Description:string(1000)', 0, {
        indexes: [['Name']],
      }),
      entity(
        'User',
        `Name:string(100) Password:string(200) LastLogin:time Blocked:boolean ${blockedSince} Active:boolean FailedLogins:integer WebServiceUser:boolean IsAnonymous:boolean +created +changed +owner +changedBy`,
        0,
        { indexes: [['Name']] },
      ),
      entity(
        'Session',
        'SessionId:string(50) CSRFToken:string(36) LastActive:time LongLived:boolean ReadOnlyHashKey:string(36) LastActionExecution:time +created',
        0,
        { indexes: [['SessionId']] },
      ),
      entity('TokenInformation', 'Token:string(200) ExpiryDate:time UserAgent:text'),
      entity('UserReportInfo', 'UserType:Internal|External Hash:string(64)'),
      entity(
        'FileDocument',
        'FileID:auto Name:string(400) DeleteAfterDownload:boolean Contents:binary HasContents:boolean Size:long __FileName__:long __UUID__:string(36) +created +changed +owner +changedBy',
        0,
        { indexes: [['__UUID__'], ['Size'], ['FileID']] },
      ),
      entity('Image', 'PublicThumbnailPath:string(500) EnableCaching:boolean', 0, {
        generalization: 'System.FileDocument',
      }),
      entity('Thumbnail', '', 0, { generalization: 'System.Image' }),
      entity('PrivateFileDocument', '', 0, { generalization: 'System.FileDocument' }),
      entity('SynchronizationErrorFile', '', 0, { generalization: 'System.FileDocument' }),
      entity(
        'SynchronizationError',
        'Reason:text ObjectId:string(200) ObjectType:string(1000) ObjectContent:text +created +owner',
        12,
      ),
      entity('UnreferencedFile', 'FileKey:string(36) State:New|Obsolete|Deleted TransactionId:string(36) +created'),
      entity(
        'XASInstance',
        'XASId:string(50) LastUpdate:time AllowedNumberOfConcurrentUsers:integer PartnerName:string(200) CustomerName:string(200) +created',
        2,
      ),
      entity('AutoCommitEntry', 'SessionId:string(36) ObjectId:long +created', 120_000, {
        indexes: [['SessionId', 'ObjectId']],
      }),
      entity(
        'QueuedTask',
        'Sequence:auto Status:Idle|Running QueueId:string(36) QueueName:string(200) ContextType:System|User ContextData:text MicroflowName:string(200) UserActionName:string(200) Arguments:text XASId:string(50) ThreadId:long Created:time StartAt:time Started:time Retried:long Retry:string(200) ScheduledEventName:string(200) +owner',
        40,
        { indexes: [['QueueId', 'Sequence']] },
      ),
      entity(
        'ProcessedQueueTask',
        'Sequence:long Status:Completed|Failed|Aborted|Incompatible QueueId:string(36) QueueName:string(200) ContextType:System|User ContextData:text MicroflowName:string(200) UserActionName:string(200) Arguments:text XASId:string(50) ThreadId:long Created:time StartAt:time Started:time Finished:time Duration:long Retried:long ErrorMessage:text ScheduledEventName:string(200) +owner',
        30_000,
        { indexes: [['Finished']] },
      ),
      entity('TaskQueueToken', 'QueueName:string(200) XASId:string(50) ValidUntil:time', 6),
      entity(
        'ScheduledEventInformation',
        'Name:string(200) Description:text StartTime:time EndTime:time Status:Running|Completed|Error|Stopped',
        9700,
      ),
      entity('BackgroundJob', 'JobId:long StartTime:time EndTime:time Result:text Successful:boolean', 600, {
        indexes: [['JobId']],
      }),
      entity('ChangeHash', 'ObjectId:long Attribute:string(200) Hash:string(200) +created', 200),
      entity('OfflineCreatedGuids', 'GUID:string(200) +created', 80),
      entity('OfflineSynchronizationHistory', 'SyncId:string(200) +created', 50),
      entity('DataBrokerEntityMetadata', 'EntityId:string(36) MemberDetails:text', 3),
      entity(
        'WorkflowDefinition',
        'Name:string(200) Title:string(200) IsObsolete:boolean IsLocked:boolean ModelGUID:string(36)',
        4,
      ),
      entity('WorkflowVersion', 'VersionHash:string(200) ModelJSON:text', 9),
      entity(
        'Workflow',
        'Name:string(200) Description:text StartTime:time EndTime:time DueDate:time CanBeRestarted:boolean State:InProgress|Paused|Completed|Aborted|Incompatible|Failed Reason:text ObjectId:long +owner',
        900,
      ),
      entity(
        'WorkflowActivity',
        'ModelGUID:string(36) Caption:text State:Created|Started|Completed|Aborted|Failed StartTime:time EndTime:time Error:text Outcome:string(200)',
        4200,
      ),
      entity('WorkflowUserTaskDefinition', 'Name:string(200) IsObsolete:boolean ModelGUID:string(36)', 8),
      entity(
        'WorkflowUserTask',
        'Name:text Description:text StartTime:time DueDate:time EndTime:time Outcome:string(200) State:Created|InProgress|Paused|Completed|Aborted|Failed Error:text',
        1800,
      ),
    ],
    associations: [
      set('UserRoles', 'User', 'UserRole'),
      set('grantableRoles', 'UserRole', 'UserRole'),
      reference('User_Language', 'User', 'Language', true),
      reference('User_TimeZone', 'User', 'TimeZone', true),
      reference('Session_User', 'Session', 'User', true),
      reference('TokenInformation_User', 'TokenInformation', 'User', true),
      reference('UserReportInfo_User', 'UserReportInfo', 'User', true),
      reference('Thumbnail_Image', 'Thumbnail', 'Image'),
      reference(
        'SynchronizationErrorFile_SynchronizationError',
        'SynchronizationErrorFile',
        'SynchronizationError',
        true,
      ),
      reference('UnreferencedFile_XASInstance', 'UnreferencedFile', 'XASInstance'),
      reference('ScheduledEventInformation_XASInstance', 'ScheduledEventInformation', 'XASInstance', true),
      reference('BackgroundJob_Session', 'BackgroundJob', 'Session'),
      reference('BackgroundJob_XASInstance', 'BackgroundJob', 'XASInstance'),
      reference('ChangeHash_Session', 'ChangeHash', 'Session'),
      reference('Workflow_WorkflowDefinition', 'Workflow', 'WorkflowDefinition', true),
      reference('WorkflowVersion_WorkflowDefinition', 'WorkflowVersion', 'WorkflowDefinition'),
      reference('WorkflowActivity_Workflow', 'WorkflowActivity', 'Workflow'),
      reference('WorkflowUserTask_Workflow', 'WorkflowUserTask', 'Workflow', true),
      reference(
        'WorkflowUserTaskDefinition_WorkflowDefinition',
        'WorkflowUserTaskDefinition',
        'WorkflowDefinition',
        true,
      ),
      set('Workflow_CurrentActivity', 'Workflow', 'WorkflowActivity'),
      set('WorkflowUserTask_Assignees', 'WorkflowUserTask', 'User'),
      set('WorkflowUserTask_TargetUsers', 'WorkflowUserTask', 'User'),
    ],
  };
}
