/** Audit logs in files, for Node: `countersign/keyring/audit-file`. */
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { renameSync, rmSync, statSync } from 'node:fs'
import { CountersignError } from '../errors.js'
import { withFileLock } from '../host/file-lock.js'
import type { AuditBatch, AuditOutput } from './audit-lane.js'
import { type AuditFileReader, readAuditFiles } from './audit-file-read.js'
